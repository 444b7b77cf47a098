import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { deriveTolerance } from './derive-tolerance.js';

/** Anything whose numbers can be compared. Only tensors have a shape to compare. */
export type Comparable = Tensor | ArrayLike<number>;

/** How close: a normalised error, or the length of the sum it is derived from (see `deriveTolerance`). */
export type Tolerance = { readonly tolerance: number } | { readonly reductionLength: number };

export type Closeness = Tolerance & {
  /** What is compared: with it, the maximum error is printed even when the test passes. */
  readonly label?: string;
};

/** What a comparison found. */
export interface Comparison {
  /** Largest |actual − expected| divided by the largest finite |expected| (by 1 when that is 0). NaN when one is NaN. */
  readonly maximumError: number;
  /** Where it is; −1 when there are no values. */
  readonly index: number;
}

function isTensor(value: Comparable): value is Tensor {
  return 'dataSync' in value;
}

/** Compares value by value. NaN equals nothing, itself included; an infinity equals only the same infinity. */
export function compareValues(actual: ArrayLike<number>, expectedValues: ArrayLike<number>): Comparison {
  let scale = 0;
  for (let index = 0; index < expectedValues.length; index++) {
    const size = Math.abs(expectedValues[index] ?? NaN);
    if (Number.isFinite(size)) scale = Math.max(scale, size);
  }
  if (scale === 0) scale = 1;
  let maximumError = 0;
  let worst = expectedValues.length > 0 ? 0 : -1;
  for (let index = 0; index < expectedValues.length; index++) {
    const a = actual[index] ?? NaN;
    const e = expectedValues[index] ?? NaN;
    const error = a === e ? 0 : Math.abs(a - e) / scale;
    if (Number.isNaN(error)) return { maximumError: NaN, index };
    if (error > maximumError) {
      maximumError = error;
      worst = index;
    }
  }
  return { maximumError, index: worst };
}

/**
 * Fails the test unless both have the same shape and every value is close. tfjs's own check is not used: it is absolute
 * (1e-3) and takes NaN for equal to infinity.
 *
 * @returns the maximum normalised error
 * @example
 * expectTensorsClose(y, [1, 2, 3], { reductionLength: 27, label: 'conv 3x3' });
 */
export function expectTensorsClose(actual: Comparable, expectedValues: Comparable, closeness: Closeness): number {
  if (isTensor(actual) && isTensor(expectedValues)) expect(actual.shape).toEqual(expectedValues.shape);
  const a: ArrayLike<number> = isTensor(actual) ? actual.dataSync() : actual;
  const e: ArrayLike<number> = isTensor(expectedValues) ? expectedValues.dataSync() : expectedValues;
  const tolerance = 'tolerance' in closeness ? closeness.tolerance : deriveTolerance(closeness.reductionLength);
  const { label = 'values' } = closeness;
  expect(a.length, `number of ${label}`).toBe(e.length);
  const { maximumError, index } = compareValues(a, e);
  const line = `${label}: maximum error ${maximumError.toExponential(2)} (tolerance ${tolerance.toExponential(2)})`;
  if (closeness.label !== undefined) console.log(line);
  if (!(maximumError <= tolerance)) {
    expect.fail(`${line} at index ${index}: ${String(a[index])}, expected ${String(e[index])}`);
  }
  return maximumError;
}
