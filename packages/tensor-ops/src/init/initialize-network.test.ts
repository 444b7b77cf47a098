import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { setupBackend } from '@resnet-ts/test-utils';
import type { ParameterSpec } from '../contracts/image-classifier.js';
import { initialValues } from './initial-values.js';
import { initializeNetwork } from './initialize-network.js';

beforeAll(() => setupBackend('cpu'));

const filter: ParameterSpec = {
  name: 'layer1.0.conv1.weight',
  role: 'convolution-filter',
  shape: [3, 3, 16, 64],
  initializer: { kind: 'he-normal', fan: 'out' },
};

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

describe('initialValues', () => {
  // The deviation of n values has a standard error of deviation / sqrt(2n): 0.75 % here; four of them.
  it.each([
    ['out', Math.sqrt(2 / (9 * 64))],
    ['in', Math.sqrt(2 / (9 * 16))],
  ] as const)('gives He normal, fan %s, its deviation', (fan, expectedDeviation) => {
    const values = initialValues({ ...filter, initializer: { kind: 'he-normal', fan } }, 1);
    expect(Math.abs(deviation(values) / expectedDeviation - 1)).toBeLessThan(0.03);
  });

  it('keeps the uniform of a linear layer within 1/sqrt(fan in), and fills the range', () => {
    const spec: ParameterSpec = {
      name: 'fc.weight',
      role: 'linear-weight',
      shape: [64, 100],
      initializer: { kind: 'uniform-fan-in' },
    };
    const values = initialValues(spec, 1);
    expect(values.every((value) => Math.abs(value) <= 0.125)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(0.12);
    expect(Math.min(...values)).toBeLessThan(-0.12);
  });

  it('passes each input on, unchanged, in as many outputs as there are inputs', async () => {
    const spec: ParameterSpec = { ...filter, shape: [3, 3, 4, 6], initializer: { kind: 'identity' } };
    const x = tf.randomNormal<tf.Rank.R4>([2, 5, 5, 4], 0, 1, 'float32', 1);
    const y = tf.conv2d(x, tf.tensor4d(initialValues(spec, 1), [3, 3, 4, 6]), 1, 'same');
    expect(await tf.slice(y, [0, 0, 0, 0], [2, 5, 5, 4]).data()).toEqual(await x.data());
    // The other outputs are random, as they would be without the identity.
    const random = initialValues({ ...spec, initializer: { kind: 'he-normal', fan: 'out' } }, 1);
    const values = initialValues(spec, 1);
    expect(values.every((value, index) => index % 6 < 4 || value === random[index])).toBe(true);
    expect(new Set(values).size).toBe(2 + 9 * 4 * 2);
    const narrowing = initialValues({ ...spec, shape: [1, 1, 3, 2] }, 1);
    expect([...narrowing]).toEqual([1, 0, 0, 1, 0, 0]);
  });

  it('depends on the seed and on the name, and on nothing else', () => {
    expect(initialValues(filter, 1)).toEqual(initialValues(filter, 1));
    expect(initialValues(filter, 2)).not.toEqual(initialValues(filter, 1));
    expect(initialValues({ ...filter, name: 'layer1.0.conv2.weight' }, 1)).not.toEqual(initialValues(filter, 1));
    // Value i is a function of i: a longer parameter starts with the same values but for the scale.
    const longer = initialValues({ ...filter, shape: [3, 3, 64, 64] }, 1);
    expect(longer.slice(0, 100)).toEqual(initialValues(filter, 1).slice(0, 100));
  });

  it.each([[[16]], [[2, 3, 4, 4]], [[4, 4]]])('has no identity of shape %j', (shape) => {
    const spec: ParameterSpec = { ...filter, shape, initializer: { kind: 'identity' } };
    expect(() => initialValues(spec, 1)).toThrow('expected a filter [odd, odd, Cin, Cout] for layer1.0.conv1.weight');
  });

  it('refuses a fan for a vector', () => {
    expect(() => initialValues({ ...filter, shape: [16] }, 1)).toThrow(
      'expected shape [kH, kW, Cin, Cout] or [in, out] for layer1.0.conv1.weight, received [16]',
    );
  });
});

it('initializes parameters and running statistics by name', () => {
  const state = initializeNetwork(
    {
      parameters: [
        filter,
        { name: 'bn1.weight', role: 'batch-norm-gamma', shape: [3], initializer: { kind: 'ones' } },
        { name: 'bn1.bias', role: 'batch-norm-beta', shape: [3], initializer: { kind: 'zeros' } },
      ],
      buffers: [
        { name: 'bn1.running_mean', role: 'running-mean', shape: [3] },
        { name: 'bn1.running_var', role: 'running-variance', shape: [3] },
      ],
    },
    { seed: 5 },
  );
  expect(state.parameters[filter.name]?.shape).toEqual(filter.shape);
  expect(state.parameters[filter.name]?.dataSync()).toEqual(initialValues(filter, 5));
  expect([...(state.parameters['bn1.weight']?.dataSync() ?? [])]).toEqual([1, 1, 1]);
  expect([...(state.parameters['bn1.bias']?.dataSync() ?? [])]).toEqual([0, 0, 0]);
  expect([...(state.buffers['bn1.running_mean']?.dataSync() ?? [])]).toEqual([0, 0, 0]);
  expect([...(state.buffers['bn1.running_var']?.dataSync() ?? [])]).toEqual([1, 1, 1]);
});
