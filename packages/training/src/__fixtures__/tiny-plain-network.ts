import { biasAdd, convolution, globalAveragePool, linear, relu, type ImageClassifier } from '@resnet-ts/tensor-ops';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { tinyNetwork } from './tiny-network.js';

/** A convolution and a linear layer without batch norm: each image goes through it by itself. Classes and images of tinyNetwork. */
export const tinyPlainNetwork: ImageClassifier = {
  ...tinyNetwork,
  parameters: [
    { name: 'conv1.weight', role: 'convolution-filter', shape: [3, 3, 1, 3], initializer: { kind: 'he-normal', fan: 'out' } },
    { name: 'conv1.bias', role: 'convolution-bias', shape: [3], initializer: { kind: 'zeros' } },
    { name: 'fc.weight', role: 'linear-weight', shape: [3, 3], initializer: { kind: 'uniform-fan-in' } },
    { name: 'fc.bias', role: 'linear-bias', shape: [3], initializer: { kind: 'zeros' } },
  ],
  buffers: [],
  apply(images, { parameters, buffers }) {
    const [filter, bias] = [parameters['conv1.weight'] as Tensor4D, parameters['conv1.bias'] as Tensor1D];
    const y = relu(biasAdd(convolution(images, filter, { padding: 1 }), bias));
    const weights = parameters['fc.weight'] as Tensor2D;
    return { logits: linear(globalAveragePool(y), weights, parameters['fc.bias'] as Tensor1D), buffers };
  },
};
