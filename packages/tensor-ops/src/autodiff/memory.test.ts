// What a deep network may hold: x, z and y of each fused operation until it has been differentiated, nothing longer.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectNoLeaks, seededTensor, setupBackend } from '@resnet-ts/test-utils';
import { convolutionBatchNorm } from '../ops/convolution-batch-norm.js';
import { globalAveragePool } from '../ops/global-average-pool.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
import { relu } from '../ops/elementwise.js';
import { attachGradient } from './differentiable.js';
import { disposeNamed } from './dispose-named.js';
import { valueAndGradients } from './value-and-gradients.js';

beforeAll(() => setupBackend('cpu'));
afterEach(() => vi.restoreAllMocks());

const CHANNELS = 4;
const ACTIVATION_BYTES = 2 * 8 * 8 * CHANNELS * 4;

/** Residual blocks of two fused operations on activations of one size. */
function residualBlocks(
  x: Tensor4D,
  blocks: number,
  filter: Tensor4D,
  running: { mean: Tensor1D; variance: Tensor1D },
): Tensor4D {
  const affine = { gamma: running.variance, beta: running.mean };
  let value = x;
  for (let block = 0; block < blocks; block++) {
    value = tf.tidy(() => {
      const inner = convolutionBatchNorm(value, filter, affine, running, { padding: 1, relu: true }).y;
      return convolutionBatchNorm(inner, filter, affine, running, { padding: 1, relu: true, residual: value }).y;
    });
  }
  return value;
}

/** Bytes above the start: after the forward pass, at the peak of the backward pass, and at its last operation. */
function measure(blocks: number): { forward: number; peak: number; last: number } {
  const x = seededTensor([2, 8, 8, CHANNELS], 1) as Tensor4D;
  const filter = seededTensor([3, 3, CHANNELS, CHANNELS], 2);
  const running = { mean: tf.zeros([CHANNELS]) as Tensor1D, variance: tf.ones([CHANNELS]) as Tensor1D };
  const labels = tf.tensor1d([0, 1], 'int32');
  const start = tf.memory().numBytes;
  const engine = tf.engine();
  const runKernel = engine.runKernel.bind(engine);
  let forward = 0;
  let peak = 0;
  let last = 0;
  const result = valueAndGradients({ filter }, (parameters) => {
    const y = residualBlocks(x, blocks, parameters['filter'] as Tensor4D, running);
    const loss = softmaxCrossEntropy(globalAveragePool(y), labels);
    forward = tf.memory().numBytes - start;
    vi.spyOn(engine, 'runKernel').mockImplementation((...call: Parameters<typeof runKernel>) => {
      const output = runKernel<Tensor>(...call);
      last = tf.memory().numBytes - start;
      peak = Math.max(peak, last);
      return output as never;
    });
    return { loss };
  });
  vi.restoreAllMocks();
  result.loss.dispose();
  disposeNamed(result.gradients);
  disposeNamed({ x, filter, labels, ...running });
  return { forward, peak, last };
}

describe('memory of a backward pass', () => {
  it('saves two new activations for each fused operation: z and y', () => {
    const perOperation = (measure(12).forward - measure(4).forward) / (2 * 8);
    console.log(`bytes saved per fused operation: ${perOperation}, an activation has ${ACTIVATION_BYTES}`);
    // tf.memory() counts every clone in full, though clones share one buffer: x, y, z of each, and y once more.
    expect(perOperation).toBeLessThanOrEqual(4.5 * ACTIVATION_BYTES);
  });

  it('peaks a constant above the forward pass, however deep the network', () => {
    const shallow = measure(4);
    const deep = measure(16);
    const growth = deep.peak - deep.forward - (shallow.peak - shallow.forward);
    console.log(`peak above forward: ${shallow.peak - shallow.forward} at 4 blocks, ${deep.peak - deep.forward} at 16`);
    expect(growth).toBeLessThanOrEqual(0);
  });

  it('ends with no activation of another layer left', () => {
    const [shallow, deep] = [measure(4).last, measure(16).last];
    console.log(`bytes at the last operation: ${shallow} at 4 blocks, ${deep} at 16`);
    // 24 operations more. tfjs keeps the summands of a shared parameter: a filter and two vectors for each operation.
    const parameterBytes = (3 * 3 * CHANNELS * CHANNELS + 2 * CHANNELS) * 4;
    expect(deep - shallow).toBeLessThanOrEqual(24 * parameterBytes);
  });

  it('leaves nothing behind', async () => {
    await expectNoLeaks(() => measure(3));
  });
});

describe('gradients that belong to others', () => {
  it('spares a dy that the caller passed in', () => {
    const x = seededTensor([5], 3);
    const dy = tf.ones([5]);
    const [gradient] = tf.grads((value: Tensor) => relu(value))([x], dy);
    expect(dy.isDisposed).toBe(false);
    expect(gradient?.isDisposed).toBe(false);
  });

  it('spares a dy that another operation hands to two inputs', () => {
    const shared = tf.customGrad((a, b) => ({
      value: tf.add(a as Tensor, b as Tensor),
      gradFunc: (dy) => [dy, dy],
    }));
    const x = tf.tensor1d([1, 2, 3]);
    const w = tf.tensor1d([4, 5, 6]);
    const [dx, dw] = tf.grads((a: Tensor, b: Tensor) => relu(shared(relu(a), relu(b))))([x, w]);
    expect([...(dx?.dataSync() ?? [])]).toEqual([1, 1, 1]);
    expect([...(dw?.dataSync() ?? [])]).toEqual([1, 1, 1]);
  });

  it('frees what was saved even when an operation does not lead to the loss', async () => {
    await expectNoLeaks(() => {
      const x = seededTensor([4], 4);
      const result = valueAndGradients({ x }, (parameters) => {
        const value = parameters['x'] as Tensor;
        relu(relu(value));
        return { loss: attachGradient(tf.scalar(1), [value], [], () => [tf.ones([4])]) };
      });
      result.loss.dispose();
      disposeNamed(result.gradients);
      x.dispose();
    });
  });
});
