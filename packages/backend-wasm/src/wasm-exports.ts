import { ENGINE_KERNELS } from '@resnet-ts/backend-core';
import { expected, UnsupportedError } from '@resnet-ts/tensor-ops';
import { WebAssembly } from './web-assembly.js';
import type { HostExports, HostGlobal, HostMemory } from './web-assembly.js';

/** What the module exports, as native/module.cc describes it. Addresses are bytes, and signed from 2 GiB on. */
export interface WasmExports {
  readonly __stack_pointer: HostGlobal;
  __wasm_call_ctors(): void;
  initialize(): number;
  kernelName(index: number): number;
  runKernel(index: number, integers: number, numbers: number, tensors: number): void;
  allocate(bytes: number): number;
  release(address: number): void;
  directConvolution(): number;
  setDirectConvolution(direct: number): void;
  scratchBytes(): number;
}

const FUNCTIONS = [
  '__wasm_call_ctors',
  'initialize',
  'kernelName',
  'runKernel',
  'allocate',
  'release',
  'directConvolution',
  'setDirectConvolution',
  'scratchBytes',
] as const;

const REMEDY = 'use the modules of the same version of @resnet-ts/backend-wasm';

/**
 * The exports of an instance, each checked to be there.
 *
 * @throws UnsupportedError for a module of something else
 */
export function checkExports(exports: HostExports): WasmExports {
  const missing = FUNCTIONS.filter((name) => typeof exports[name] !== 'function');
  if (!(exports['__stack_pointer'] instanceof WebAssembly.Global) || missing.length > 0) {
    throw new UnsupportedError(expected('the kernels of this package', 'module', 'another WebAssembly module', REMEDY));
  }
  return exports as unknown as WasmExports;
}

/**
 * The index of every kernel, by its name.
 *
 * @throws UnsupportedError when one is missing
 */
export function kernelIndices(exports: WasmExports, memory: HostMemory): ReadonlyMap<string, number> {
  const count = exports.initialize();
  const indices = new Map<string, number>();
  for (let i = 0; i < count; i++) indices.set(textAt(memory, exports.kernelName(i)), i);
  const missing = [...ENGINE_KERNELS, 'sgdUpdate'].filter((name) => !indices.has(name));
  if (missing.length > 0) {
    throw new UnsupportedError(expected(`the kernel ${missing.join(', ')}`, 'module', 'a module without it', REMEDY));
  }
  return indices;
}

function textAt(memory: HostMemory, address: number): string {
  const bytes = new Uint8Array(memory.buffer, address);
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}
