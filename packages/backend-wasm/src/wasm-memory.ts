import type { BlockMemory } from '@resnet-ts/backend-core';
import type { WasmExports } from './wasm-exports.js';
import type { HostMemory } from './web-assembly.js';

/** A piece of the module's memory. */
export interface WasmBlock {
  readonly address: number;
  readonly bytes: number;
}

interface Place {
  readonly block: WasmBlock;
  readonly length: number;
}

/**
 * Blocks of the one memory of a module. When that memory grows, JavaScript detaches every view of it; so each view made
 * here is known by its block, whose address never changes, and is replaced by a fresh one where somebody reads it.
 */
export class WasmMemory implements BlockMemory {
  private readonly places = new WeakMap<ArrayBufferView, Place>();
  private held = 0;
  private readonly collected = new FinalizationRegistry<WasmBlock>((block) => {
    this.giveBack(block);
  });

  constructor(
    private readonly memory: HostMemory,
    private readonly exports: Pick<WasmExports, 'allocate' | 'release'>,
  ) {}

  allocate(bytes: number): WasmBlock | null {
    const address = this.exports.allocate(bytes) >>> 0;
    if (address === 0) return null;
    this.held += bytes;
    const block = { address, bytes };
    this.collected.register(block, { ...block }, block);
    return block;
  }

  free(block: WasmBlock): void {
    this.collected.unregister(block);
    this.giveBack(block);
  }

  view(block: WasmBlock, length: number): Float32Array {
    const view = new Float32Array(this.memory.buffer, block.address, length);
    this.places.set(view, { block, length });
    return view;
  }

  blockOf(view: ArrayBufferView): object {
    return this.places.get(view)?.block ?? view;
  }

  bytesHeld(): number {
    return this.held;
  }

  /** The address of a view made here, also of one that is detached; undefined for any other memory. */
  addressOf(view: ArrayBufferView): number | undefined {
    return this.places.get(view)?.block.address;
  }

  /** Whether an array lies in this memory, whoever made it. */
  contains(view: ArrayBufferView): boolean {
    return view.buffer === this.memory.buffer;
  }

  /** `view` itself, or a fresh one of the same values if the memory has grown since it was made. */
  current(view: Float32Array): Float32Array {
    if (this.contains(view)) return view;
    const place = this.places.get(view);
    return place === undefined ? view : this.view(place.block, place.length);
  }

  private giveBack({ address, bytes }: WasmBlock): void {
    this.exports.release(address);
    this.held -= bytes;
  }
}
