import { disposeNamed, type NamedTensors } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { clipGradients, globalNorm } from './clip-gradients.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const gradients = (): NamedTensors => ({ a: tf.tensor1d([3, -4]), b: tf.tensor2d([[12]]) });
const values = (tensors: NamedTensors | undefined) =>
  Object.values(tensors ?? {}).flatMap((tensor) => [...tensor.dataSync()]);

test('the global norm is that of all tensors as one vector', () => {
  expect(globalNorm(gradients())).toBe(13);
});

test('by global norm, gradients keep their direction and get the length of the limit', () => {
  const clipped = clipGradients(gradients(), { kind: 'global-norm', limit: 1.3 });
  // PyTorch divides by norm + 1e-6.
  expect(values(clipped)).toEqual([3, -4, 12].map((value) => expect.closeTo((value * 1.3) / (13 + 1e-6), 6)));
});

test('by global norm, shorter gradients stay the very tensors', () => {
  const given = gradients();
  expect(clipGradients(given, { kind: 'global-norm', limit: 13.1 })).toBe(given);
});

test('by value, each value by itself', () => {
  expect(values(clipGradients(gradients(), { kind: 'value', limit: 3.5 }))).toEqual([3, -3.5, 3.5]);
});

test.each([NaN, Infinity])('a norm of %d is told, and nothing is disposed', (bad) => {
  const given = { ...gradients(), c: tf.scalar(bad) };
  expect(clipGradients(given, { kind: 'global-norm', limit: 1 })).toBeUndefined();
  expect(values(given)).toHaveLength(4);
});

test('what is replaced is disposed', () => {
  const before = tf.memory().numTensors;
  for (const kind of ['value', 'global-norm'] as const) {
    const clipped = clipGradients(gradients(), { kind, limit: 1 });
    disposeNamed(clipped ?? {});
  }
  expect(tf.memory().numTensors).toBe(before);
});
