// Every operation and gradient against float64 re-implementations and their central differences.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, it } from 'vitest';
import {
  averagePool64,
  biasAdd64,
  checkGradients,
  convolution64,
  globalAveragePool64,
  linear64,
  maxPool64,
  normalize64,
  relu64,
  seededTensor,
  setupBackend,
  softmaxCrossEntropy64,
  statistics64,
  zeroPadShortcut64,
} from '@resnet-ts/test-utils';
import type { Array64 } from '@resnet-ts/test-utils';
import { batchNorm, batchNormInference } from './batch-norm.js';
import { convolution } from './convolution.js';
import { convolutionBatchNorm } from './convolution-batch-norm.js';
import { convolutionBatchNormInference } from './convolution-batch-norm-inference.js';
import { biasAdd, flatten, relu } from './elementwise.js';
import { globalAveragePool } from './global-average-pool.js';
import { linear } from './linear.js';
import { averagePool, maxPool } from './pooling.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';
import { zeroPadShortcut } from './zero-pad-shortcut.js';

beforeAll(() => setupBackend('cpu'));

type Inputs = Readonly<Record<string, Tensor>>;
type Inputs64 = Readonly<Record<string, Array64>>;

function image(inputs: Inputs, name = 'x'): Tensor4D {
  return inputs[name] as Tensor4D;
}

function vector(inputs: Inputs, name: string): Tensor1D {
  return inputs[name] as Tensor1D;
}

function of(inputs: Inputs64, name: string): Array64 {
  const value = inputs[name];
  if (value === undefined) throw new Error(`no input ${name}`);
  return value;
}

const UNEVEN = { top: 0, bottom: 2, left: 1, right: 0 };
const WINDOWS = [
  { size: 3, stride: 1, padding: { top: 1, bottom: 1, left: 1, right: 1 } },
  { size: 3, stride: 2, padding: { top: 1, bottom: 1, left: 1, right: 1 } },
  { size: 1, stride: 2, padding: { top: 0, bottom: 0, left: 0, right: 0 } },
  { size: 3, stride: 1, padding: UNEVEN },
  { size: 2, stride: 3, padding: { top: 1, bottom: 1, left: 1, right: 1 } },
] as const;

describe.each(WINDOWS)('a window of $size, stride $stride, padding $padding', ({ size, stride, padding }) => {
  const geometry = { stride, padding };

  it('convolution', () => {
    checkGradients({
      label: 'convolution',
      inputs: { x: seededTensor([2, 5, 4, 3], 1), filter: seededTensor([size, size, 3, 2], 2) },
      operation: (inputs) => convolution(image(inputs), image(inputs, 'filter'), geometry),
      float64: (inputs) => convolution64(of(inputs, 'x'), of(inputs, 'filter'), geometry),
      closeness: { reductionLength: 27 },
    });
  });

  it.each([false, true])('max pool of negative values, or not: %s', (negative) => {
    const range = negative ? { minimum: -2, maximum: -1 } : {};
    checkGradients({
      label: 'max pool',
      inputs: { x: seededTensor([2, 5, 4, 3], 3, range) },
      operation: (inputs) => maxPool(image(inputs), { windowSize: size, ...fitting(size) }),
      float64: (inputs) => maxPool64(of(inputs, 'x'), { windowSize: size, ...fitting(size) }),
      closeness: { reductionLength: 1 },
    });
  });

  it.each([true, false])('average pool, padding counted: %s', (countPadding) => {
    const options = { windowSize: size, countPadding, ...fitting(size) };
    checkGradients({
      label: 'average pool',
      inputs: { x: seededTensor([2, 5, 4, 3], 4) },
      operation: (inputs) => averagePool(image(inputs), options),
      float64: (inputs) => averagePool64(of(inputs, 'x'), options),
      closeness: { reductionLength: 9 },
    });
  });

  /** Pooling wants padding below the window size. */
  function fitting(window: number): typeof geometry {
    return window === 1 ? { stride, padding: { top: 0, bottom: 0, left: 0, right: 0 } } : geometry;
  }
});

const VARIANTS = [
  { applyRelu: false, hasResidual: false },
  { applyRelu: true, hasResidual: false },
  { applyRelu: false, hasResidual: true },
  { applyRelu: true, hasResidual: true },
] as const;

describe.each(VARIANTS)('batch norm, relu $applyRelu, residual $hasResidual', ({ applyRelu, hasResidual }) => {
  const epsilon = 1e-3;
  const running = () => ({
    mean: seededTensor([3], 20) as Tensor1D,
    variance: seededTensor([3], 21, { minimum: 0.5, maximum: 2 }) as Tensor1D,
  });
  const affine = () => ({
    gamma: seededTensor([3], 22, { minimum: 0.5, maximum: 1.5 }),
    beta: seededTensor([3], 23, { minimum: -0.5, maximum: 0.5 }),
  });
  const residual = (shape: [number, number, number, number]): Inputs =>
    hasResidual ? { residual: seededTensor(shape, 24) } : {};
  const options = (inputs: Inputs) => ({
    epsilon,
    relu: applyRelu,
    ...(inputs['residual'] === undefined ? {} : { residual: image(inputs, 'residual') }),
  });
  const scale = (inputs: Inputs) => ({ gamma: vector(inputs, 'gamma'), beta: vector(inputs, 'beta') });
  const normalized64 = (z: Array64, inputs: Inputs64, statistics: { mean: Array64; variance: Array64 }): Array64 =>
    normalize64(
      z,
      { gamma: of(inputs, 'gamma'), beta: of(inputs, 'beta'), ...statistics },
      { epsilon, relu: applyRelu, residual: inputs['residual'] },
    );
  const fixed64 = () => {
    const { mean, variance } = running();
    const exact = (tensor: Tensor): Array64 => ({ shape: tensor.shape, data: Float64Array.from(tensor.dataSync()) });
    return { mean: exact(mean), variance: exact(variance) };
  };
  const closeness = { reductionLength: 40 };
  const filter = () => ({ filter: seededTensor([3, 3, 2, 3], 25) });

  it('training', () => {
    checkGradients({
      label: 'batch norm',
      inputs: { x: seededTensor([2, 4, 3, 3], 26), ...affine(), ...residual([2, 4, 3, 3]) },
      operation: (inputs) => batchNorm(image(inputs), scale(inputs), running(), options(inputs)).y,
      float64: (inputs) => normalized64(of(inputs, 'x'), inputs, statistics64(of(inputs, 'x'))),
      closeness,
    });
  });

  it('inference', () => {
    checkGradients({
      label: 'batch norm, inference',
      inputs: { x: seededTensor([2, 4, 3, 3], 27), ...affine(), ...residual([2, 4, 3, 3]) },
      operation: (inputs) => batchNormInference(image(inputs), scale(inputs), running(), options(inputs)),
      float64: (inputs) => normalized64(of(inputs, 'x'), inputs, fixed64()),
      closeness,
    });
  });

  const window = { stride: 2, padding: { top: 1, bottom: 1, left: 1, right: 1 } };

  it('fused with a convolution, training', () => {
    checkGradients({
      label: 'convolution + batch norm',
      inputs: { x: seededTensor([2, 5, 4, 2], 28), ...filter(), ...affine(), ...residual([2, 3, 2, 3]) },
      operation: (inputs) =>
        convolutionBatchNorm(image(inputs), image(inputs, 'filter'), scale(inputs), running(), {
          ...window,
          ...options(inputs),
        }).y,
      float64: (inputs) => {
        const z = convolution64(of(inputs, 'x'), of(inputs, 'filter'), window);
        return normalized64(z, inputs, statistics64(z));
      },
      closeness,
    });
  });

  it('fused with a convolution, inference', () => {
    checkGradients({
      label: 'convolution + batch norm, inference',
      inputs: { x: seededTensor([2, 5, 4, 2], 29), ...filter(), ...affine(), ...residual([2, 3, 2, 3]) },
      operation: (inputs) =>
        convolutionBatchNormInference(image(inputs), image(inputs, 'filter'), scale(inputs), running(), {
          ...window,
          ...options(inputs),
        }),
      float64: (inputs) =>
        normalized64(convolution64(of(inputs, 'x'), of(inputs, 'filter'), window), inputs, fixed64()),
      closeness,
    });
  });
});

describe('the rest', () => {
  it('global average pool', () => {
    checkGradients({
      label: 'global average pool',
      inputs: { x: seededTensor([2, 3, 5, 4], 40) },
      operation: (inputs) => globalAveragePool(image(inputs)),
      float64: (inputs) => globalAveragePool64(of(inputs, 'x')),
      closeness: { reductionLength: 15 },
    });
  });

  it('linear', () => {
    checkGradients({
      label: 'linear',
      inputs: { x: seededTensor([3, 5], 41), weight: seededTensor([5, 4], 42), bias: seededTensor([4], 43) },
      operation: (inputs) => linear(inputs['x'] as Tensor2D, inputs['weight'] as Tensor2D, vector(inputs, 'bias')),
      float64: (inputs) => linear64(of(inputs, 'x'), of(inputs, 'weight'), of(inputs, 'bias')),
      closeness: { reductionLength: 5 },
    });
  });

  it('relu, bias add and flatten', () => {
    checkGradients({
      label: 'relu',
      inputs: { x: seededTensor([2, 3, 4, 5], 44) },
      operation: (inputs) => relu(image(inputs)),
      float64: (inputs) => relu64(of(inputs, 'x')),
      closeness: { reductionLength: 1 },
    });
    checkGradients({
      label: 'bias add',
      inputs: { x: seededTensor([2, 3, 2, 5], 45), bias: seededTensor([5], 46) },
      operation: (inputs) => biasAdd(image(inputs), vector(inputs, 'bias')),
      float64: (inputs) => biasAdd64(of(inputs, 'x'), of(inputs, 'bias')),
      closeness: { reductionLength: 12 },
    });
    checkGradients({
      label: 'flatten',
      inputs: { x: seededTensor([2, 3, 2, 5], 47) },
      operation: (inputs) => flatten(image(inputs)),
      float64: (inputs) => ({ shape: [2, 30], data: of(inputs, 'x').data }),
      closeness: { reductionLength: 1 },
    });
  });

  it.each([
    { placement: 'end', channelsBefore: 0 },
    { placement: 'symmetric', channelsBefore: 1 },
  ] as const)('zero-pad shortcut, $placement', ({ placement, channelsBefore }) => {
    const options = { stride: 2, outputChannels: 6 };
    checkGradients({
      label: `zero-pad shortcut ${placement}`,
      inputs: { x: seededTensor([2, 5, 4, 3], 48) },
      operation: (inputs) => zeroPadShortcut(image(inputs), { ...options, placement }),
      float64: (inputs) => zeroPadShortcut64(of(inputs, 'x'), { ...options, channelsBefore }),
      closeness: { reductionLength: 1 },
    });
  });

  it.each([0, 0.1, 1])('softmax cross-entropy, smoothing %d', (labelSmoothing) => {
    const labels = [2, 0, 4];
    checkGradients({
      label: `softmax cross-entropy, smoothing ${labelSmoothing}`,
      inputs: { logits: seededTensor([3, 5], 49, { minimum: -3, maximum: 3 }) },
      operation: (inputs) =>
        softmaxCrossEntropy(inputs['logits'] as Tensor2D, tf.tensor1d(labels, 'int32'), { labelSmoothing }),
      float64: (inputs) => softmaxCrossEntropy64(of(inputs, 'logits'), labels, labelSmoothing),
      closeness: { reductionLength: 5 },
    });
  });
});
