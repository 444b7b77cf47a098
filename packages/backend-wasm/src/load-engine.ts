import type { KernelEngine } from '@resnet-ts/backend-core';
import { ArgumentError, expected, UnsupportedError } from '@resnet-ts/tensor-ops';
import { bestVariant, moduleUrl, readModule } from './module-bytes.js';
import type { WasmVariant } from './module-bytes.js';
import { checkExports } from './wasm-exports.js';
import { throwOutOfMemory, WasmKernels } from './wasm-engine.js';
import type { WasmMemory } from './wasm-memory.js';
import { WebAssembly } from './web-assembly.js';
import type { CompiledModule, HostImports, HostInstance } from './web-assembly.js';

const PAGE = 65_536;
const INITIAL_PAGES = 256;
/** 4 GiB: what 32-bit addresses reach. */
const MAXIMUM_PAGES = 65_536;

/** How to load the kernels; everything may be left out. */
export interface LoadOptions {
  /** Default: the faster one that this JavaScript engine accepts. */
  readonly variant?: WasmVariant;
  /** The module: its address, its bytes, or compiled. Default: the one of this package. */
  readonly module?: URL | Uint8Array | CompiledModule;
  /** The most memory that tensors may take, from 16 MiB to 4 GiB, the default. */
  readonly maximumBytes?: number;
}

/** An engine and its memory. */
export interface LoadedEngine {
  readonly engine: KernelEngine;
  readonly memory: WasmMemory;
  readonly variant: WasmVariant;
}

/**
 * Loads the kernels.
 *
 * @throws UnsupportedError when the module cannot be read, is damaged, or is another one; ArgumentError for an impossible
 *   size of memory
 * @example
 * const { engine, memory } = await loadEngine();
 */
export async function loadEngine(options: LoadOptions = {}): Promise<LoadedEngine> {
  const { variant = bestVariant(), maximumBytes = MAXIMUM_PAGES * PAGE } = options;
  const source = options.module ?? moduleUrl(variant);
  const heap = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: pagesOf(maximumBytes) });
  const compiled = !(source instanceof URL || source instanceof Uint8Array);
  const module = compiled ? source : await compile(source);
  const instance = await instantiate(module, { env: { memory: heap, outOfMemory: throwOutOfMemory } });
  const kernels = new WasmKernels(checkExports(instance.exports), heap);
  return { engine: kernels.engine(), memory: kernels.memory, variant };
}

function pagesOf(bytes: number): number {
  const pages = Math.floor(bytes / PAGE);
  if (pages >= INITIAL_PAGES && pages <= MAXIMUM_PAGES) return pages;
  throw new ArgumentError(expected('16 MiB to 4 GiB', 'maximumBytes', bytes));
}

async function compile(source: URL | Uint8Array): Promise<CompiledModule> {
  const bytes = source instanceof URL ? await readModule(source) : source;
  return refuse('a whole WebAssembly module with SIMD', () => WebAssembly.compile(bytes));
}

function instantiate(module: CompiledModule, imports: HostImports): Promise<HostInstance> {
  return refuse('the kernels of this package', () => WebAssembly.instantiate(module, imports));
}

/** Runs a step of loading; what goes wrong is the module's fault. */
async function refuse<Result>(what: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnsupportedError(
      expected(what, 'module', reason, 'install @resnet-ts/backend-wasm again, or build its modules'),
    );
  }
}
