import type { KernelEngine } from '@resnet-ts/backend-core';

/** A handle that only the addon understands. */
export interface BlockHandle {
  readonly __block: never;
}

/** A set of vector instructions the addon was compiled for. */
export interface InstructionSet {
  readonly name: string;
  /** Whether this processor can run it. */
  readonly supported: boolean;
}

/** Multiply-add rates in 10⁹ floating-point operations a second. */
export interface PeakRates {
  readonly oneThread: number;
  readonly allThreads: number;
}

/** Everything the compiled addon exports. */
export interface NativeAddon extends KernelEngine {
  instructionSets(): InstructionSet[];
  instructionSet(): string;
  /** False when unknown or not supported here; nothing changes then. */
  selectInstructionSet(name: string): boolean;
  /** Names of the bfloat16 dot products of this processor: `avx512_bf16`, `amx_bf16`. */
  bfloat16(): string[];
  threads(): number;
  /** Returns how many threads there are now: fewer than asked when the system refuses. */
  setThreads(threads: number): number;
  measurePeak(rounds: number): PeakRates;
  /** Null when the system has no more memory. Contents are undefined. */
  allocate(bytes: number): { buffer: ArrayBuffer; handle: BlockHandle } | null;
  /** Frees a block at once; its buffer is detached. */
  free(buffer: ArrayBuffer, handle: BlockHandle): void;
  releaseScratch(): void;
}
