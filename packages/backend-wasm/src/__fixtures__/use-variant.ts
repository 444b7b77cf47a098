import { setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { setFlagsFromString } from 'node:v8';
import { BACKEND_NAME, registerWasmBackend } from '../index.js';
import type { LoadOptions, WasmBackend, WasmVariant } from '../index.js';

/** Both modules. */
export const VARIANTS: readonly WasmVariant[] = ['simd128', 'relaxed-simd'];

/** V8 11 of Node 20 has relaxed SIMD behind a flag, so that both modules are tested on every Node. */
setFlagsFromString('--experimental-wasm-relaxed-simd');

/** Makes the backend anew with these options, and the active one. */
export async function useBackend(options: LoadOptions): Promise<WasmBackend> {
  tf.removeBackend(BACKEND_NAME);
  registerWasmBackend(options);
  await setupBackend(BACKEND_NAME);
  return tf.backend() as WasmBackend;
}
