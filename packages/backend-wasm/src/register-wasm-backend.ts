import '@tensorflow/tfjs-backend-cpu';
import { registerKernels } from '@resnet-ts/backend-core';
import {
  copyRegisteredKernels,
  findBackendFactory,
  getKernelsForBackend,
  registerBackend,
} from '@tensorflow/tfjs-core';
import { loadEngine } from './load-engine.js';
import type { LoadOptions } from './load-engine.js';
import { WasmBackend } from './wasm-backend.js';

/** Not `wasm`, which is the stock backend's: both can be registered in one program. */
export const BACKEND_NAME = 'resnet-wasm';

/** Above the stock WebAssembly and WebGL backends (2), below WebGPU (3). */
const PRIORITY = 2.5;

/**
 * Registers the backend `resnet-wasm` with TensorFlow.js: every kernel of the CPU backend, the hot ones replaced by
 * WebAssembly. Importing the package does it, with the module of the package; to give another one call
 * `tf.removeBackend('resnet-wasm')` first. The module is loaded when the backend is set.
 *
 * @example
 * import '@resnet-ts/backend-wasm';
 * await tf.setBackend('resnet-wasm');
 */
export function registerWasmBackend(options: LoadOptions = {}): void {
  if (findBackendFactory(BACKEND_NAME) !== null) return;
  // They stay when a backend is removed.
  if (getKernelsForBackend(BACKEND_NAME).length === 0) {
    copyRegisteredKernels('cpu', BACKEND_NAME);
    registerKernels(BACKEND_NAME);
  }
  registerBackend(BACKEND_NAME, async () => new WasmBackend(await loadEngine(options)), PRIORITY);
}
