import type { BufferSpec, ImageClassifier, NetworkState, ParameterSpec } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf, uniformValues } from '../golden/generated-values.js';

type Range = readonly [low: number, high: number];

/** The ranges of `value_of` in tools/parity-fixtures/make_network_goldens.py. */
function rangeOf({ role, shape }: ParameterSpec | BufferSpec, beta: Range): Range {
  const symmetric = (bound: number): Range => [-bound, bound];
  switch (role) {
    case 'convolution-filter':
      return symmetric(Math.fround(Math.sqrt(6 / sizeOf(shape.slice(0, 3)))));
    case 'linear-weight':
      return symmetric(Math.fround(1 / Math.sqrt(shape[0] ?? 1)));
    case 'linear-bias':
    case 'convolution-bias':
      return symmetric(0.125);
    case 'batch-norm-gamma':
      return [0.75, 1.25];
    case 'batch-norm-beta':
      return beta;
    case 'running-mean':
      return symmetric(0.5);
    case 'running-variance':
      return [1, 3];
  }
}

/** Every parameter and buffer of a network, generated as the golden's were. The caller disposes them. */
export function generatedState(network: ImageClassifier, seed: number, beta: Range): NetworkState {
  const tensor = (spec: ParameterSpec | BufferSpec): [string, Tensor] => {
    const values = uniformValues(seed, `state/${spec.name}`, sizeOf(spec.shape), ...rangeOf(spec, beta));
    return [spec.name, tf.tensor(values, [...spec.shape])];
  };
  return {
    parameters: Object.fromEntries(network.parameters.map(tensor)),
    buffers: Object.fromEntries(network.buffers.map(tensor)),
  };
}
