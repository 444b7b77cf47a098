import {
  add,
  convolutionBatchNorm,
  dropExamples,
  globalAveragePool,
  linear,
  type ImageClassifier,
  type NamedTensors,
} from '@resnet-ts/tensor-ops';
import type { Tensor1D, Tensor4D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const CHANNELS = 3;
const CLASSES = 3;

function get<T>(tensors: NamedTensors, name: string): T {
  return tensors[name] as T;
}

function batchNormSpecs(layer: string) {
  return [
    { name: `${layer}.weight`, role: 'batch-norm-gamma', shape: [CHANNELS], initializer: { kind: 'ones' } },
    { name: `${layer}.bias`, role: 'batch-norm-beta', shape: [CHANNELS], initializer: { kind: 'zeros' } },
  ] as const;
}

function bufferSpecs(layer: string) {
  return [
    { name: `${layer}.running_mean`, role: 'running-mean', shape: [CHANNELS] },
    { name: `${layer}.running_var`, role: 'running-variance', shape: [CHANNELS] },
  ] as const;
}

/** Two convolutions with batch norm and a residual add, 3 channels, 3 classes, 4×4×1 images: a step takes a millisecond. */
export const tinyNetwork: ImageClassifier = tinyNetworkThatDrops(0);

/** The same with stochastic depth: in training the second convolution is left out for a part of the images. */
export function tinyNetworkThatDrops(rate: number): ImageClassifier {
  return {
    name: 'tiny',
    inputShape: [4, 4, 1],
    classes: CLASSES,
    parameters: [
      {
        name: 'conv1.weight',
        role: 'convolution-filter',
        shape: [3, 3, 1, CHANNELS],
        initializer: { kind: 'he-normal', fan: 'out' },
      },
      ...batchNormSpecs('bn1'),
      {
        name: 'conv2.weight',
        role: 'convolution-filter',
        shape: [3, 3, CHANNELS, CHANNELS],
        initializer: { kind: 'he-normal', fan: 'out' },
      },
      ...batchNormSpecs('bn2'),
      { name: 'fc.weight', role: 'linear-weight', shape: [CHANNELS, CLASSES], initializer: { kind: 'uniform-fan-in' } },
      { name: 'fc.bias', role: 'linear-bias', shape: [CLASSES], initializer: { kind: 'zeros' } },
    ],
    buffers: [...bufferSpecs('bn1'), ...bufferSpecs('bn2')],
    apply(images, { parameters, buffers }, { training, randomness }) {
      const next: Record<string, tf.Tensor> = {};
      const block = (
        x: Tensor4D,
        convolutionName: string,
        normName: string,
        residual?: Tensor4D,
        relu = true,
      ): Tensor4D => {
        const { y, running } = convolutionBatchNorm(
          x,
          get<Tensor4D>(parameters, `${convolutionName}.weight`),
          {
            gamma: get<Tensor1D>(parameters, `${normName}.weight`),
            beta: get<Tensor1D>(parameters, `${normName}.bias`),
          },
          {
            mean: get<Tensor1D>(buffers, `${normName}.running_mean`),
            variance: get<Tensor1D>(buffers, `${normName}.running_var`),
          },
          { padding: 1, relu, ...(residual === undefined ? {} : { residual }), differentiateInput: normName !== 'bn1' },
        );
        next[`${normName}.running_mean`] = running.mean;
        next[`${normName}.running_var`] = running.variance;
        return y;
      };
      const first = block(images, 'conv1', 'bn1');
      const drops = training && randomness !== undefined && rate > 0;
      const second = drops
        ? add(
            dropExamples(block(first, 'conv2', 'bn2', undefined, false), { rate, name: 'block2', randomness }),
            first,
            { relu: true },
          )
        : block(first, 'conv2', 'bn2', first);
      const logits = linear(
        globalAveragePool(second),
        get<Tensor2D>(parameters, 'fc.weight'),
        get<Tensor1D>(parameters, 'fc.bias'),
      );
      return { logits, buffers: next };
    },
  };
}
