import { checkConvolutionAlgorithm } from '@resnet-ts/backend-core';
import type { ConvolutionAlgorithm } from '@resnet-ts/backend-core';
import { expected, UnsupportedError } from '@resnet-ts/tensor-ops';
import { findBackend } from '@tensorflow/tfjs-core';
import { BACKEND_NAME } from './register-wasm-backend.js';
import { WasmBackend } from './wasm-backend.js';

/**
 * Chooses how the backend computes convolutions from here on: `fast`, the default, or `direct`, as
 * `setConvolutionAlgorithm` of backend-native.
 *
 * @throws ArgumentError unless `algorithm` is `fast` or `direct`; UnsupportedError before the backend has been set
 * @example
 * await tf.setBackend('resnet-wasm');
 * setConvolutionAlgorithm('direct');
 */
export function setConvolutionAlgorithm(algorithm: ConvolutionAlgorithm): void {
  const direct = checkConvolutionAlgorithm(algorithm, 'algorithm') === 'direct';
  const backend: unknown = findBackend(BACKEND_NAME);
  if (!(backend instanceof WasmBackend)) {
    throw new UnsupportedError(
      expected('a backend in use', BACKEND_NAME, backend, `await tf.setBackend('${BACKEND_NAME}') before`),
    );
  }
  backend.engine.setDirectConvolution(direct);
}
