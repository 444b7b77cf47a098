import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { checkGradients, seededTensor, setupBackend, type Array64 } from '@resnet-ts/test-utils';
import { ShapeError } from '../errors/residual-error.js';
import { add, gatedSum, scaleChannels, sigmoid } from './combine.js';

beforeAll(() => setupBackend('cpu'));

const SHAPE: [number, number, number, number] = [2, 3, 4, 5];
const closeness = { reductionLength: 12 };

/** One value of each input at a time. */
const pointwise =
  (operation: (...values: number[]) => number) =>
  (inputs: Readonly<Record<string, Array64>>): Array64 => {
    const [first, ...others] = Object.values(inputs);
    if (first === undefined) throw new Error('no input');
    const data = first.data.map((value, index) => operation(value, ...others.map((other) => other.data[index] ?? NaN)));
    return { shape: first.shape, data };
  };

it.each([false, true])('add, ReLU %s', (relu) => {
  checkGradients({
    label: 'add',
    inputs: { a: seededTensor(SHAPE, 1), b: seededTensor(SHAPE, 2) },
    operation: ({ a, b }) => add(a as Tensor4D, b as Tensor4D, { relu }),
    float64: pointwise((a, b = NaN) => (relu ? Math.max(0, a + b) : a + b)),
    closeness,
  });
});

it('add gives each of its inputs the whole gradient, also when both are the same', () => {
  checkGradients({
    label: 'add to itself',
    inputs: { a: seededTensor(SHAPE, 1) },
    operation: ({ a }) => add(a as Tensor4D, a as Tensor4D),
    float64: pointwise((a) => 2 * a),
    closeness,
  });
});

it('sigmoid', () => {
  checkGradients({
    label: 'sigmoid',
    inputs: { x: seededTensor(SHAPE, 3, { minimum: -6, maximum: 6 }) },
    operation: ({ x }) => sigmoid(x as Tensor4D),
    float64: pointwise((x) => 1 / (1 + Math.exp(-x))),
    closeness,
  });
});

it('scaleChannels', () => {
  checkGradients({
    label: 'scaleChannels',
    inputs: { x: seededTensor(SHAPE, 4), factors: seededTensor([2, 5], 5) },
    operation: ({ x, factors }) => scaleChannels(x as Tensor4D, factors as Tensor2D),
    float64: ({ x, factors }) => ({
      shape: SHAPE,
      data: (x?.data ?? new Float64Array(0)).map(
        (value, index) => value * (factors?.data[Math.floor(index / 60) * 5 + (index % 5)] ?? NaN),
      ),
    }),
    closeness,
  });
});

it('gatedSum', () => {
  checkGradients({
    label: 'gatedSum',
    inputs: {
      h: seededTensor(SHAPE, 6),
      x: seededTensor(SHAPE, 7),
      t: seededTensor(SHAPE, 8, { minimum: 0, maximum: 1 }),
    },
    operation: ({ h, x, t }) => gatedSum(h as Tensor4D, x as Tensor4D, t as Tensor4D),
    float64: pointwise((h, x = NaN, t = NaN) => t * h + (1 - t) * x),
    closeness,
  });
});

it('refuses shapes that do not agree', () => {
  const x = tf.ones<tf.Rank.R4>(SHAPE);
  const other = tf.ones<tf.Rank.R4>([2, 3, 4, 1]); // tfjs would broadcast it
  expect(() => add(x, other)).toThrow(ShapeError);
  expect(() => gatedSum(x, other, x)).toThrow(/for x, received \[2, 3, 4, 1\]/);
  expect(() => gatedSum(x, x, other)).toThrow(/for t, received \[2, 3, 4, 1\]/);
  expect(() => scaleChannels(x, tf.ones<tf.Rank.R2>([1, 5]))).toThrow(/shape \[2, 5\] for factors/);
});
