import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImageClassifier, NetworkState } from '../contracts/image-classifier.js';
import { initialValues } from './initial-values.js';

/**
 * The state of a fresh network: parameters from their initializers, running mean 0 and running variance 1.
 * A parameter's values depend on the seed and its own name alone, not on the other parameters.
 *
 * @param options.seed integer from 0 to 2^53 − 1
 * @returns tensors the caller disposes (`disposeNamed(state.parameters)`, `disposeNamed(state.buffers)`)
 * @throws ArgumentError for a bad seed
 * @example
 * const state = initializeNetwork(createNetwork('resnet20'), { seed: 1 });
 */
export function initializeNetwork(
  network: Pick<ImageClassifier, 'parameters' | 'buffers'>,
  { seed }: { readonly seed: number },
): NetworkState {
  const parameters: Record<string, Tensor> = {};
  for (const spec of network.parameters) {
    parameters[spec.name] = tf.tensor(initialValues(spec, seed), [...spec.shape], 'float32');
  }
  const buffers: Record<string, Tensor> = {};
  for (const { name, role, shape } of network.buffers) {
    buffers[name] = tf.fill([...shape], role === 'running-variance' ? 1 : 0, 'float32');
  }
  return { parameters, buffers };
}
