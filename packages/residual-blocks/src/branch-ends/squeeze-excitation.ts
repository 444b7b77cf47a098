import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  ArgumentError,
  expected,
  globalAveragePool,
  linear,
  relu,
  scaleChannels,
  sigmoid,
  type NetworkState,
  type ParameterSpec,
} from '@resnet-ts/tensor-ops';
import { linearRow, parameterFreeRow } from '../layer-row.js';
import { namedTensor } from '../named-tensor.js';
import type { BranchEndMaker } from './branch-end.js';

/**
 * Squeeze-and-excitation (arXiv 1709.01507, figure 3): the mean of each channel through two fully connected layers, and
 * the branch times the result. Names are timm's, `se.fc1` and `se.fc2`, whose 1×1 convolutions are matrices `[in, out]`
 * here. Both have biases.
 *
 * @param ratio channels between the two layers for each of the branch: 1/16 in the paper, 1/4 in ResNet-RS; rounded down
 * @throws ArgumentError unless ratio is in (0, 1] and leaves at least one channel
 * @example
 * squeezeExcitation(1 / 16)('layer1.0', [56, 56, 256]).parameters[0]?.shape; // [256, 16]
 */
export function squeezeExcitation(ratio: number): BranchEndMaker {
  if (!(ratio > 0 && ratio <= 1)) {
    throw new ArgumentError(expected('a number above 0 and at most 1', 'squeeze ratio', ratio));
  }
  return (name, shape) => {
    const channels = shape[2];
    const reduced = Math.floor(channels * ratio);
    if (reduced < 1) {
      throw new ArgumentError(expected(`a ratio that leaves a channel of ${channels}`, `${name} squeeze ratio`, ratio));
    }
    const [first, second] = [`${name}.se.fc1`, `${name}.se.fc2`];
    return {
      inputShape: shape,
      outputShape: shape,
      parameters: [...denseSpecs(first, channels, reduced), ...denseSpecs(second, reduced, channels)],
      buffers: [],
      layers: [
        parameterFreeRow(`${name}.se.avgpool`, 'global-average-pool', shape, [channels]),
        linearRow(first, channels, reduced),
        linearRow(second, reduced, channels),
      ],
      acts: () => true,
      apply(y, state) {
        const squeezed = relu(dense(first, globalAveragePool(y), state));
        return scaleChannels(y, sigmoid(dense(second, squeezed, state)));
      },
    };
  };
}

function denseSpecs(name: string, inputs: number, outputs: number): readonly ParameterSpec[] {
  return [
    {
      name: `${name}.weight`,
      role: 'linear-weight',
      shape: [inputs, outputs],
      initializer: { kind: 'uniform-fan-in' },
    },
    { name: `${name}.bias`, role: 'linear-bias', shape: [outputs], initializer: { kind: 'zeros' } },
  ];
}

function dense(name: string, x: Tensor2D, { parameters }: NetworkState): Tensor2D {
  return linear(
    x,
    namedTensor<Tensor2D>(parameters, `${name}.weight`),
    namedTensor<Tensor1D>(parameters, `${name}.bias`),
  );
}
