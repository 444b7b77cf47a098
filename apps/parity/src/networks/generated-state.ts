import type { BufferSpec, ImageClassifier, NetworkState, ParameterSpec } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf, uniformValues } from '../golden/generated-values.js';

type Range = readonly [low: number, high: number];

/** Every parameter and buffer of a network, generated as the golden's were. The caller disposes them. */
export type StateGenerator = (beta: Range) => NetworkState;

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

/** Generates states of one network. The 25 million values of a ResNet-50 take seconds, so they are kept between calls. */
export function stateGenerator(network: ImageClassifier, seed: number): StateGenerator {
  const known = new Map<string, Float32Array>();
  const valuesOf = (spec: ParameterSpec | BufferSpec, beta: Range): Float32Array => {
    const range = rangeOf(spec, beta);
    const key = [spec.name, ...range].join();
    const values = known.get(key) ?? uniformValues(seed, `state/${spec.name}`, sizeOf(spec.shape), ...range);
    known.set(key, values);
    return values;
  };
  return (beta) => {
    const tensor = (spec: ParameterSpec | BufferSpec): [string, Tensor] => [
      spec.name,
      // A copy, because a backend may take over the array it is given.
      tf.tensor(valuesOf(spec, beta).slice(), [...spec.shape]),
    ];
    return {
      parameters: Object.fromEntries(network.parameters.map(tensor)),
      buffers: Object.fromEntries(network.buffers.map(tensor)),
    };
  };
}
