// The helpers decide what passes, so they are tested for what they let fail.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { deriveTolerance } from './derive-tolerance.js';
import { compareValues, expectTensorsClose } from './expect-tensors-close.js';
import { expectNoLeaks } from './no-leaks.js';
import { seededTensor, seededValues } from './seeded-values.js';
import { setupBackend } from './setup-backend.js';

beforeAll(() => setupBackend('cpu'));

describe('compareValues', () => {
  it.each([
    [[1, 2], [1, 2], 0],
    [[1, 2.5], [1, 2], 0.25],
    [[Infinity], [Infinity], 0],
    [[Infinity], [-Infinity], Infinity],
    [[1e30], [Infinity], Infinity],
    [[0.5], [0], 0.5],
    [[], [], 0],
  ])('%j against %j: %d', (actual, wanted, error) => {
    expect(compareValues(actual, wanted).maximumError).toBe(error);
  });

  it.each([
    [[NaN], [NaN]],
    [[NaN], [Infinity]],
    [[1], [NaN]],
    [
      [1, NaN, 2],
      [1, 1, 2],
    ],
  ])('lets NaN equal nothing: %j against %j', (actual, wanted) => {
    expect(compareValues(actual, wanted).maximumError).toBeNaN();
  });

  it('says where', () => {
    expect(compareValues([1, 2, 4], [1, 2, 3]).index).toBe(2);
  });
});

describe('expectTensorsClose', () => {
  it('returns the maximum error', () => {
    expect(expectTensorsClose(tf.tensor1d([1, 2]), [1, 2.0625], { tolerance: 0.1 })).toBeCloseTo(0.0625 / 2.0625, 6);
  });

  it.each([
    ['far values', () => expectTensorsClose([1, 2], [1, 2.1], { tolerance: 0.01 })],
    ['NaN on both sides', () => expectTensorsClose([NaN], [NaN], { tolerance: 1 })],
    ['missing values', () => expectTensorsClose([1], [1, 0], { tolerance: 1 })],
    ['another shape', () => expectTensorsClose(tf.ones([2, 3]), tf.ones([3, 2]), { tolerance: 1 })],
    ['an error above the derived tolerance', () => expectTensorsClose([1.001], [1], { reductionLength: 100 })],
  ])('fails for %s', (_, comparison) => {
    expect(comparison).toThrow();
  });
});

it('derives tolerances that grow with the square root of the sum', () => {
  expect(deriveTolerance(1)).toBeLessThan(1e-5);
  expect(deriveTolerance(4e6) / deriveTolerance(1e6)).toBeCloseTo(2, 1);
  expect(() => deriveTolerance(0)).toThrow('received 0');
});

describe('seededValues', () => {
  it('is a function of seed and index within its range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -10, max: 10, noNaN: true }), (seed, minimum) => {
        const values = seededValues(50, seed, { minimum, maximum: minimum + 1 });
        expect(seededValues(50, seed, { minimum, maximum: minimum + 1 })).toEqual(values);
        expect(values.every((value) => value >= Math.fround(minimum) && value <= Math.fround(minimum + 1))).toBe(true);
        expect(new Set(values).size).toBeGreaterThan(40);
      }),
    );
    expect(seededValues(10, 1)).not.toEqual(seededValues(10, 2));
    expect(seededTensor([2, 3], 1).shape).toEqual([2, 3]);
  });
});

describe('expectNoLeaks', () => {
  it('passes what cleans up and fails what does not', async () => {
    await expectNoLeaks(() => tf.ones([2]).dispose());
    await expect(expectNoLeaks(() => tf.ones([2]))).rejects.toThrow('tensors after the function');
    await expect(expectNoLeaks(async () => Promise.resolve(tf.keep(tf.ones([2]))))).rejects.toThrow();
  });
});

describe('checkGradients', () => {
  const square = (gradientFactor: number, valueFactor = 1) => ({
    label: 'square',
    inputs: { x: seededTensor([2, 3], 5) },
    operation: ({ x }: Readonly<Record<string, Tensor>>) =>
      tf.customGrad((value, save) => {
        if (typeof save === 'function') save([value as Tensor]);
        return {
          value: tf.mul(tf.square(value as Tensor), valueFactor),
          gradFunc: (dy, saved) => tf.mul(tf.mul(saved[0] as Tensor, gradientFactor), dy),
        };
      })(x as Tensor),
    float64: (inputs: Readonly<Record<string, { shape: readonly number[]; data: Float64Array }>>) => {
      const { shape = [], data = new Float64Array() } = inputs['x'] ?? {};
      return { shape, data: data.map((value) => value * value) };
    },
    closeness: { reductionLength: 1 },
  });

  it('passes a right gradient, with nothing left behind', async () => {
    const right = square(2);
    await expectNoLeaks(() => checkGradients(right));
  });

  it('fails a wrong gradient, and a wrong value', () => {
    expect(() => checkGradients(square(2.001))).toThrow('square dx: maximum error');
    expect(() => checkGradients(square(2, 1.001))).toThrow('square forward: maximum error');
  });
});

it('refuses a backend that does not exist', async () => {
  await expect(setupBackend('abacus')).rejects.toThrow();
  await setupBackend('cpu');
});
