import { valueAndGradients } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { batchLoss } from './batch-loss.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const logits = [
  [0.5, -1, 2],
  [3, 0.25, -0.75],
];
const [first, second] = [
  [2, 1],
  [0, 1],
];
const [share, smoothing] = [0.3, 0.1];

/** −Σ target·log softmax over mixed and smoothed labels, and its gradient, in float64. */
function direct(): { loss: number; gradient: number[] } {
  let loss = 0;
  const gradient = logits.flatMap((row, at) => {
    const sum = row.reduce((total, value) => total + Math.exp(value), 0);
    return row.map((value, k) => {
      const label = share * Number(first?.[at] === k) + (1 - share) * Number(second?.[at] === k);
      const target = (1 - smoothing) * label + smoothing / 3;
      loss -= (target * (value - Math.log(sum))) / 2;
      return (Math.exp(value) / sum - target) / 2;
    });
  });
  return { loss, gradient };
}

test('of mixed images the loss and its gradient are those of the mixed labels, in float64', () => {
  const parameters = { logits: tf.tensor2d(logits) };
  const labels = tf.tensor1d(first ?? [], 'int32');
  const mixed = { labels: tf.tensor1d(second ?? [], 'int32'), share };
  const before = tf.memory().numTensors;
  const images = tf.zeros([2, 1, 1, 1]) as tf.Tensor4D;
  const { loss, gradients } = valueAndGradients(parameters, (given) => ({
    loss: batchLoss(given['logits'] as tf.Tensor2D, { images, labels, mixed }, smoothing),
  }));
  const expected = direct();
  const received = [...(gradients['logits']?.dataSync() ?? [])];
  const largest = Math.max(...received.map((value, at) => Math.abs(value - (expected.gradient[at] ?? NaN))));
  console.log(`largest difference of the gradient ${largest.toExponential(1)}`);
  expect(loss.dataSync()[0]).toBeCloseTo(expected.loss, 6);
  // Values below 1, each the end of some ten float32 roundings.
  expect(largest).toBeLessThan(10 * 2 ** -24);
  for (const tensor of [loss, images, ...Object.values(gradients)]) tensor.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
