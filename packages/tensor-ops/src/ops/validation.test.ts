// What each operation refuses, and in which words.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { setupBackend } from '@resnet-ts/test-utils';
import { ArgumentError, ShapeError } from '../errors/residual-error.js';
import { batchNorm, batchNormInference } from './batch-norm.js';
import { convolution } from './convolution.js';
import { convolutionBatchNorm } from './convolution-batch-norm.js';
import { convolutionBatchNormInference } from './convolution-batch-norm-inference.js';
import { biasAdd, flatten, relu } from './elementwise.js';
import { globalAveragePool } from './global-average-pool.js';
import { linear } from './linear.js';
import { averagePool, maxPool } from './pooling.js';
import { sgdUpdate } from './sgd-update.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';
import { zeroPadShortcut } from './zero-pad-shortcut.js';

beforeAll(() => setupBackend('cpu'));

const x = (): Tensor4D => tf.ones([2, 5, 5, 3]);
const filter = (): Tensor4D => tf.ones([3, 3, 3, 4]);
const vector = (channels: number): Tensor1D => tf.ones([channels]);
const affine = (channels: number) => ({ gamma: vector(channels), beta: vector(channels) });
const statistics = (channels: number) => ({ mean: vector(channels), variance: vector(channels) });
const wrong = <T>(value: unknown): T => value as T;

describe('shapes', () => {
  it.each([
    [
      'convolution of an image without batch',
      () => convolution(wrong(tf.ones([5, 5, 3])), filter()),
      'expected shape [N, H, W, C] (rank 4) for x, received [5, 5, 3]',
    ],
    [
      'convolution of nothing',
      () => convolution(wrong(undefined), filter()),
      'expected a tensor [N, H, W, C] for x, received undefined',
    ],
    [
      'convolution of integers',
      () => convolution(tf.ones([1, 5, 5, 3], 'int32'), filter()),
      'expected dtype float32 for x, received "int32"; convert it with tf.cast first',
    ],
    [
      'convolution with other channels',
      () => convolution(x(), tf.ones([3, 3, 4, 4])),
      'expected a filter for 3 input channels (x is [2, 5, 5, 3]) for filter, received [3, 3, 4, 4]',
    ],
    [
      'convolution with a filter that does not fit',
      () => convolution(x(), tf.ones([7, 7, 3, 4])),
      "expected a padded height >= the window's 7 pixels for x, received 5",
    ],
    [
      'fused, gamma of other channels',
      () => convolutionBatchNorm(x(), filter(), { ...affine(4), gamma: vector(3) }, statistics(4)),
      'expected shape [4], one value per channel, for gamma, received [3]',
    ],
    [
      'fused, beta of other channels',
      () => convolutionBatchNorm(x(), filter(), { ...affine(4), beta: vector(5) }, statistics(4)),
      'for beta, received [5]',
    ],
    [
      'fused, running mean of other channels',
      () => convolutionBatchNorm(x(), filter(), affine(4), { ...statistics(4), mean: vector(3) }),
      'for running mean, received [3]',
    ],
    [
      'fused, a running variance of rank 2',
      () => convolutionBatchNorm(x(), filter(), affine(4), { ...statistics(4), variance: wrong(tf.ones([1, 4])) }),
      'expected shape [C] (rank 1) for running variance, received [1, 4]',
    ],
    [
      'fused, another residual',
      () => convolutionBatchNorm(x(), filter(), affine(4), statistics(4), { residual: x() }),
      'expected shape [2, 3, 3, 4] (that of the output it is added to) for residual, received [2, 5, 5, 3]',
    ],
    [
      'fused inference, another residual',
      () => convolutionBatchNormInference(x(), filter(), affine(4), statistics(4), { residual: x() }),
      'for residual, received [2, 5, 5, 3]',
    ],
    [
      'batch norm of one value a channel',
      () => batchNorm(tf.ones([1, 1, 1, 3]), affine(3), statistics(3)),
      'expected at least 2 values per channel (N·H·W) for x, received [1, 1, 1, 3]; one value has no variance: use a larger batch or image, or the inference form',
    ],
    [
      'fused, one value a channel',
      () => convolutionBatchNorm(tf.ones([1, 3, 3, 3]), filter(), affine(4), statistics(4)),
      'expected at least 2 values per channel',
    ],
    [
      'batch norm inference of a matrix',
      () => batchNormInference(wrong(tf.ones([2, 3])), affine(3), statistics(3)),
      'for x, received [2, 3]',
    ],
    [
      'a pooling window that does not fit',
      () => maxPool(x(), { windowSize: 6 }),
      "expected a padded height >= the window's 6 pixels",
    ],
    ['global average pool of a matrix', () => globalAveragePool(wrong(tf.ones([2, 3]))), 'for x, received [2, 3]'],
    [
      'linear with other features',
      () => linear(tf.ones([2, 3]), tf.ones([4, 5]), vector(5)),
      'expected [N, 4] (weight is [4, 5]) for x, received [2, 3]',
    ],
    [
      'linear with another bias',
      () => linear(tf.ones([2, 4]), tf.ones([4, 5]), vector(4)),
      'expected shape [5] (one value an output) for bias, received [4]',
    ],
    [
      'bias of other channels',
      () => biasAdd(x(), vector(4)),
      'expected shape [3] (x is [2, 5, 5, 3]) for bias, received [4]',
    ],
    ['relu of no tensor', () => relu<Tensor4D>(wrong([1])), 'expected a tensor of any shape for x, received [1]'],
    ['flatten of a scalar', () => flatten(tf.scalar(1)), 'expected shape [N, ...]'],
    [
      'labels of another length',
      () => softmaxCrossEntropy(tf.ones([2, 3]), tf.tensor1d([1], 'int32')),
      'expected shape [2], one label an example, for labels, received [1]',
    ],
    [
      'labels that are no integers',
      () => softmaxCrossEntropy(tf.ones([1, 3]), tf.tensor1d([1])),
      'expected dtype int32 for labels, received "float32"',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });
});

describe('numbers', () => {
  it.each([
    ['stride 0', () => convolution(x(), filter(), { stride: 0 }), 'expected an integer >= 1 for stride, received 0'],
    ['half a stride', () => convolution(x(), filter(), { stride: 1.5 }), 'for stride, received 1.5'],
    [
      'negative padding',
      () => convolution(x(), filter(), { padding: -1 }),
      'expected an integer >= 0 for padding, received -1',
    ],
    [
      'one bad side',
      () => convolution(x(), filter(), { padding: { top: 0, bottom: 0, left: 0.5, right: 0 } }),
      'for padding.left, received 0.5',
    ],
    [
      'padding "same"',
      () => convolution(x(), filter(), { padding: wrong('same') }),
      'expected a number or { top, bottom, left, right } for padding, received "same"',
    ],
    ['negative epsilon', () => batchNorm(x(), affine(3), statistics(3), { epsilon: -1 }), 'for epsilon, received -1'],
    [
      'epsilon NaN',
      () => batchNormInference(x(), affine(3), statistics(3), { epsilon: NaN }),
      'for epsilon, received NaN',
    ],
    [
      'a running fraction above 1',
      () => batchNorm(x(), affine(3), statistics(3), { runningFraction: 1.1 }),
      'expected a number from 0 to 1 for runningFraction, received 1.1',
    ],
    [
      'padding as large as the window',
      () => maxPool(x(), { windowSize: 2, padding: 2 }),
      "expected less than the window's 2 pixels for padding, received 2",
    ],
    ['no window', () => averagePool(x(), { windowSize: 0 }), 'expected an integer >= 1 for windowSize, received 0'],
    [
      'a word for true',
      () => averagePool(x(), { windowSize: 2, countPadding: wrong('no') }),
      'expected true or false for countPadding, received "no"',
    ],
    [
      'fewer channels than before',
      () => zeroPadShortcut(x(), { stride: 2, outputChannels: 2, placement: 'end' }),
      'expected an integer >= 3 for outputChannels, received 2',
    ],
    [
      'an unknown placement',
      () => zeroPadShortcut(x(), { stride: 2, outputChannels: 4, placement: wrong('start') }),
      "expected 'end' or 'symmetric' for placement, received \"start\"",
    ],
    [
      'a label above the classes',
      () => softmaxCrossEntropy(tf.ones([2, 3]), tf.tensor1d([1, 3], 'int32')),
      'expected a class from 0 to 2 for labels[1], received 3',
    ],
    [
      'a negative label',
      () => softmaxCrossEntropy(tf.ones([1, 3]), tf.tensor1d([-1], 'int32')),
      'for labels[0], received -1',
    ],
    [
      'smoothing above 1',
      () => softmaxCrossEntropy(tf.ones([1, 3]), tf.tensor1d([1], 'int32'), { labelSmoothing: 2 }),
      'for labelSmoothing, received 2',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});

describe('sgdUpdate', () => {
  const options = { learningRate: 0.1, momentum: 0.9, nesterov: false, form: 'torch', weightDecay: [0] } as const;
  const lists = () => ({ parameters: [tf.ones([2])], gradients: [tf.ones([2])], velocities: [tf.zeros([2])] });

  it.each([
    [
      'a missing gradient',
      () => sgdUpdate({ ...lists(), gradients: [] }, options),
      'expected 1 elements, one a parameter, for gradients, received 0',
    ],
    [
      'a gradient of another shape',
      () => sgdUpdate({ ...lists(), gradients: [tf.ones([3])] }, options),
      'expected shape [2] (that of its parameter) for gradients[0], received [3]',
    ],
    [
      'one decay too many',
      () => sgdUpdate(lists(), { ...options, weightDecay: [0, 0] }),
      'for weightDecay, received 2',
    ],
    [
      'a rate that is not finite',
      () => sgdUpdate(lists(), { ...options, learningRate: Infinity }),
      'expected a finite number >= 0 for learningRate, received Infinity',
    ],
    [
      'an unknown form',
      () => sgdUpdate(lists(), { ...options, form: wrong('keras') }),
      "expected 'torch' or 'caffe' for form, received \"keras\"",
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

it('leaves nothing behind when it refuses', () => {
  const image = x();
  const bad = tf.ones([3, 3, 4, 4]) as Tensor4D;
  const logits = tf.ones([1, 3]) as Tensor2D;
  const label = tf.tensor1d([5], 'int32');
  const before = tf.memory().numTensors;
  expect(() => convolution(image, bad)).toThrow();
  expect(() => softmaxCrossEntropy(logits, label)).toThrow();
  expect(tf.memory().numTensors).toBe(before);
});
