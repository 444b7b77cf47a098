// Values small enough to work out by hand, and properties that parity with a reference would not show.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoLeaks, expectTensorsClose, seededTensor, setupBackend } from '@resnet-ts/test-utils';
import { disposeNamed } from '../autodiff/dispose-named.js';
import { filterGradientByMatrixProducts, referenceConvolutionFilterGradient } from '../reference/convolution.js';
import { batchNorm } from './batch-norm.js';
import { convolutionBatchNorm } from './convolution-batch-norm.js';
import { averagePool, maxPool } from './pooling.js';
import { sgdUpdate } from './sgd-update.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';
import { zeroPadShortcut } from './zero-pad-shortcut.js';

beforeAll(() => setupBackend('cpu'));

const values = (tensor: Tensor): number[] => [...tensor.dataSync()];
const column = (numbers: number[]): Tensor4D => tf.tensor4d(numbers, [1, numbers.length, 1, 1]);

describe('batch norm', () => {
  const affine = () => ({ gamma: tf.tensor1d([2]), beta: tf.tensor1d([1]) });
  const running = () => ({ mean: tf.tensor1d([10]), variance: tf.tensor1d([4]) });

  it('normalises by the biased variance and reports the unbiased one', () => {
    // 1, 2, 3, 6: mean 3, squared deviations 4 + 1 + 0 + 9 = 14, biased 3.5, unbiased 14 / 3.
    const { y, running: updated } = batchNorm(column([1, 2, 3, 6]), affine(), running(), {
      epsilon: 0,
      runningFraction: 0.25,
    });
    const deviation = Math.sqrt(3.5);
    expectTensorsClose(
      y,
      [-2, -1, 0, 3].map((d) => (2 * d) / deviation + 1),
      { reductionLength: 4 },
    );
    expectTensorsClose(updated.mean, [0.75 * 10 + 0.25 * 3], { reductionLength: 4 });
    expectTensorsClose(updated.variance, [0.75 * 4 + (0.25 * 14) / 3], { reductionLength: 4 });
  });

  it('keeps its variance when the mean is large: no difference of large squares', () => {
    // Around 4096, float32 holds steps of 2^-11; the square, 16,777,216, only whole numbers.
    const numbers = [4096, 4096.25, 4096.5, 4096.75];
    const { y } = batchNorm(column(numbers), affine(), running(), { epsilon: 0 });
    const deviation = Math.sqrt((2 * (0.375 ** 2 + 0.125 ** 2)) / 4);
    expectTensorsClose(
      y,
      [-0.375, -0.125, 0.125, 0.375].map((d) => (2 * d) / deviation + 1),
      { reductionLength: 4 },
    );
  });

  it('does not touch the statistics it is given, and leaks nothing but its three results', async () => {
    await expectNoLeaks(() => {
      const inputs = {
        x: seededTensor([2, 3, 3, 1], 1) as Tensor4D,
        f: tf.ones([1, 1, 1, 1]) as Tensor4D,
        ...affine(),
        ...running(),
      };
      const before = tf.memory().numTensors;
      const first = convolutionBatchNorm(inputs.x, inputs.f, inputs, inputs, { relu: true, residual: inputs.x });
      const second = batchNorm(inputs.x, inputs, inputs);
      expect(tf.memory().numTensors - before).toBe(6);
      expect(values(inputs.mean)).toEqual([10]);
      for (const { y, running: updated } of [first, second]) disposeNamed({ y, ...updated });
      disposeNamed(inputs);
    });
  });

  it('gives its results to the tidy of the caller', () => {
    const inputs = { x: seededTensor([2, 3, 3, 1], 1) as Tensor4D, ...affine(), ...running() };
    const before = tf.memory().numTensors;
    const mean = tf.tidy(() => batchNorm(inputs.x, inputs, inputs).running.mean);
    expect(tf.memory().numTensors - before).toBe(1);
    expect(mean.isDisposed).toBe(false);
  });
});

describe('pooling', () => {
  it('never lets padding win, and lets padding count where asked', () => {
    const x = tf.tensor4d([-1, -2, -3, -4], [1, 2, 2, 1]);
    expect(values(maxPool(x, { windowSize: 2, stride: 2, padding: 1 }))).toEqual([-1, -2, -3, -4]);
    expect(values(averagePool(x, { windowSize: 2, stride: 2, padding: 1 }))).toEqual([-0.25, -0.5, -0.75, -1]);
    expect(values(averagePool(x, { windowSize: 2, stride: 2, padding: 1, countPadding: false }))).toEqual([
      -1, -2, -3, -4,
    ]);
  });

  it('sends the gradient of a tie to the first pixel in row-major order', () => {
    const x = tf.tensor4d([1, 5, 5, 5], [1, 2, 2, 1]);
    const [dx] = tf.grads((value: Tensor) => maxPool(value as Tensor4D, { windowSize: 2 }))(
      [x],
      tf.tensor4d([3], [1, 1, 1, 1]),
    );
    expect(values(dx as Tensor)).toEqual([0, 3, 0, 0]);
  });

  it('shows a NaN instead of skipping it', () => {
    expect(values(maxPool(column([1, NaN]), { windowSize: 1 }))).toEqual([1, NaN]);
    expect(values(maxPool(tf.tensor4d([1, NaN, 2, 3], [1, 2, 2, 1]), { windowSize: 2 }))).toEqual([NaN]);
  });
});

describe('zero-pad shortcut', () => {
  it('takes every second pixel and puts the zeros where asked', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 3, 1, 2]);
    expect(values(zeroPadShortcut(x, { stride: 2, outputChannels: 4, placement: 'end' }))).toEqual([
      1, 2, 0, 0, 5, 6, 0, 0,
    ]);
    expect(values(zeroPadShortcut(x, { stride: 2, outputChannels: 5, placement: 'symmetric' }))).toEqual([
      0, 1, 2, 0, 0, 0, 5, 6, 0, 0,
    ]);
  });
});

describe('softmax cross-entropy', () => {
  it('is ln K for equal logits, and survives logits whose exponential overflows', () => {
    const labels = tf.tensor1d([3, 7], 'int32');
    expectTensorsClose(softmaxCrossEntropy(tf.zeros([2, 10]), labels), [Math.log(10)], { reductionLength: 10 });
    expect(values(softmaxCrossEntropy(tf.tensor2d([[1000, 0]]), tf.tensor1d([0], 'int32')))).toEqual([0]);
    expect(values(softmaxCrossEntropy(tf.tensor2d([[1000, 0]]), tf.tensor1d([1], 'int32')))).toEqual([1000]);
  });

  it('mixes the target with the uniform distribution', () => {
    // ln(e + 2) − target · logits: target of class 0 is 0.7 + 0.1.
    const loss = softmaxCrossEntropy(tf.tensor2d([[1, 0, 0]]), tf.tensor1d([0], 'int32'), { labelSmoothing: 0.3 });
    expectTensorsClose(loss, [Math.log(Math.E + 2) - 0.8], { reductionLength: 3 });
  });
});

describe('sgdUpdate', () => {
  // w = 1, g = 0.5, v = 2, decay 0.1, m = 0.9: g' = 0.6.
  const step = (form: 'torch' | 'caffe', nesterov: boolean) => {
    const tensors = { parameters: [tf.tensor1d([1])], gradients: [tf.tensor1d([0.5])], velocities: [tf.tensor1d([2])] };
    const { parameters, velocities } = sgdUpdate(tensors, {
      learningRate: 0.1,
      momentum: 0.9,
      nesterov,
      form,
      weightDecay: [0.1],
    });
    return [...parameters, ...velocities].map((tensor) => values(tensor)[0]);
  };

  it.each([
    ['torch', false, 1 - 0.1 * 2.4, 2.4],
    ['torch', true, 1 - 0.1 * (0.6 + 0.9 * 2.4), 2.4],
    ['caffe', false, 1 - 1.86, 1.86],
    ['caffe', true, 1 - (0.9 * 1.86 + 0.06), 1.86],
  ] as const)('%s, Nesterov %s', (form, nesterov, parameter, velocity) => {
    expectTensorsClose(step(form, nesterov) as number[], [parameter, velocity], { reductionLength: 3 });
  });

  it('takes many tensors, or none, and leaves the old ones alone', () => {
    const w = tf.ones([2, 2]);
    const lists = {
      parameters: [w, tf.ones([3])],
      gradients: [tf.ones([2, 2]), tf.ones([3])],
      velocities: [tf.zeros([2, 2]), tf.zeros([3])],
    };
    const options = { learningRate: 0.5, momentum: 0, nesterov: false, form: 'torch' } as const;
    const before = tf.memory().numTensors;
    const updated = sgdUpdate(lists, { ...options, weightDecay: [0, 1] });
    expect(updated.parameters.map(values)).toEqual([
      [0.5, 0.5, 0.5, 0.5],
      [0, 0, 0],
    ]);
    expect(tf.memory().numTensors - before).toBe(4);
    expect(values(w)).toEqual([1, 1, 1, 1]);
    expect(sgdUpdate({ parameters: [], gradients: [], velocities: [] }, { ...options, weightDecay: [] })).toEqual({
      parameters: [],
      velocities: [],
    });
  });
});

it('computes the filter gradient by matrix products as the stock kernel does', () => {
  const x = seededTensor([2, 7, 6, 3], 1) as Tensor4D;
  const dy = seededTensor([2, 3, 2, 4], 2) as Tensor4D;
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  const filterShape = [3, 3, 3, 4] as const;
  const stock = referenceConvolutionFilterGradient(x, dy, { stride: 2, padding, filterShape: [3, 3, 3, 4] });
  const products = filterGradientByMatrixProducts(x, dy, filterShape, 2);
  expectTensorsClose(products, stock, { reductionLength: 12, label: 'filter gradient' });
});

it('types running statistics as vectors', () => {
  const vector: Tensor1D = batchNorm(
    seededTensor([2, 2, 2, 1], 3),
    { gamma: tf.ones([1]), beta: tf.zeros([1]) },
    { mean: tf.zeros([1]), variance: tf.ones([1]) },
  ).running.mean;
  expect(vector.shape).toEqual([1]);
});
