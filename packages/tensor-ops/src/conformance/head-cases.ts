import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../contracts/image-classifier.js';
import {
  LINEAR,
  LINEAR_GRADIENT,
  SGD_UPDATE,
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
} from '../kernels.js';
import { biasAdd, flatten, relu } from '../ops/elementwise.js';
import { linear } from '../ops/linear.js';
import { sgdUpdate } from '../ops/sgd-update.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
import type { ConformanceCase, InputSpec } from './conformance-case.js';
import { outputsAndGradients } from './conformance-case.js';

const LINEAR_SHAPES = [
  [1, 1, 1],
  [5, 17, 10],
  [2, 64, 10],
  [3, 33, 130],
] as const;

function linearCase([batch, features, outputs]: (typeof LINEAR_SHAPES)[number]): ConformanceCase {
  return {
    name: `linear ${batch}x${features} to ${outputs}`,
    kernels: [LINEAR, LINEAR_GRADIENT],
    inputs: { x: { shape: [batch, features] }, weight: { shape: [features, outputs] }, bias: { shape: [outputs] } },
    reductionLength: Math.max(batch, features, outputs),
    run: (inputs) =>
      outputsAndGradients(inputs, ['x', 'weight', 'bias'], ({ x, weight, bias }) => ({
        y: linear(x as Tensor2D, weight as Tensor2D, bias as Tensor1D),
      })),
  };
}

const LOSSES = [
  { batch: 1, classes: 2, labelSmoothing: 0, size: 1 },
  { batch: 7, classes: 10, labelSmoothing: 0, size: 3 },
  { batch: 5, classes: 17, labelSmoothing: 0.1, size: 3 },
  { batch: 3, classes: 1000, labelSmoothing: 0.1, size: 3 },
  // e^200 is no float32: only a softmax that subtracts the maximum survives.
  { batch: 4, classes: 10, labelSmoothing: 0, size: 200 },
] as const;

function lossCase({ batch, classes, labelSmoothing, size }: (typeof LOSSES)[number]): ConformanceCase {
  return {
    name: `softmax cross-entropy ${batch}x${classes} smoothing ${labelSmoothing} logits to ${size}`,
    kernels: [SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT],
    inputs: {
      logits: { shape: [batch, classes], minimum: -size, maximum: size },
      labels: { shape: [batch], minimum: 0, maximum: classes, whole: 'int32' },
    },
    reductionLength: classes,
    // The exponential turns the rounding of a logit of this size into a relative error of the probability.
    conditioning: Math.max(1, size),
    run: (inputs) =>
      outputsAndGradients(inputs, ['logits'], ({ logits, labels }) => ({
        y: softmaxCrossEntropy(logits as Tensor2D, labels as Tensor1D, { labelSmoothing }),
      })),
  };
}

const ELEMENTWISE: readonly ConformanceCase[] = [
  {
    name: 'relu of 2x3x5x17',
    kernels: [],
    inputs: { x: { shape: [2, 3, 5, 17] } },
    reductionLength: 1,
    run: (inputs) => outputsAndGradients(inputs, ['x'], ({ x }) => ({ y: relu(x as Tensor) })),
  },
  {
    name: 'bias add to 2x3x5x17',
    kernels: [],
    inputs: { x: { shape: [2, 3, 5, 17] }, bias: { shape: [17] } },
    reductionLength: 30,
    run: (inputs) =>
      outputsAndGradients(inputs, ['x', 'bias'], ({ x, bias }) => ({ y: biasAdd(x as Tensor, bias as Tensor1D) })),
  },
  {
    name: 'flatten of 2x3x5x7',
    kernels: [],
    inputs: { x: { shape: [2, 3, 5, 7] } },
    reductionLength: 1,
    run: (inputs) => outputsAndGradients(inputs, ['x'], ({ x }) => ({ y: flatten(x as Tensor) })),
  },
];

const PARAMETER_SHAPES = [[1], [17], [3, 3, 3, 16], [64, 10], [1037]] as const;

function updateCase(form: 'torch' | 'caffe', nesterov: boolean): ConformanceCase {
  const inputs: Record<string, InputSpec> = {};
  PARAMETER_SHAPES.forEach((shape, index) => {
    for (const kind of ['parameter', 'gradient', 'velocity']) inputs[`${kind}${index}`] = { shape };
  });
  const all = (tensors: NamedTensors, kind: string): Tensor[] =>
    PARAMETER_SHAPES.map((_, index) => tensors[`${kind}${index}`] as Tensor);
  return {
    name: `SGD update, ${form}${nesterov ? ', Nesterov' : ''}`,
    kernels: [SGD_UPDATE],
    inputs,
    reductionLength: 4,
    run: (tensors) => {
      const lists = {
        parameters: all(tensors, 'parameter'),
        gradients: all(tensors, 'gradient'),
        velocities: all(tensors, 'velocity'),
      };
      const weightDecay = PARAMETER_SHAPES.map((_, index) => (index % 2 === 0 ? 0 : 0.01));
      const updated = sgdUpdate(lists, { learningRate: 0.3, momentum: 0.9, nesterov, form, weightDecay });
      return Object.fromEntries([
        ...updated.parameters.map((tensor, index): [string, Tensor] => [`parameter${index}`, tensor]),
        ...updated.velocities.map((tensor, index): [string, Tensor] => [`velocity${index}`, tensor]),
      ]);
    },
  };
}

/** The end of a network, its loss and its update. */
export const HEAD_CASES: readonly ConformanceCase[] = [
  ...LINEAR_SHAPES.map(linearCase),
  ...LOSSES.map(lossCase),
  ...ELEMENTWISE,
  updateCase('torch', false),
  updateCase('torch', true),
  updateCase('caffe', false),
  updateCase('caffe', true),
];
