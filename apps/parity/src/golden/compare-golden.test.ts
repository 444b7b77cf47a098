import { describe, expect, it } from 'vitest';
import { compareGolden, ERROR_MULTIPLE, roundingBound } from './compare-golden.js';
import type { GoldenTensor } from './golden-types.js';
import { samplePositions } from './generated-values.js';

const values = Float64Array.from({ length: 100 }, (_, index) => Math.sin(index + 1));
const rms = Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
const golden: GoldenTensor = {
  shape: [4, 25],
  rms,
  sum: values.reduce((total, value) => total + value, 0),
  float32Error: 1e-6,
  reduction: 16,
  samples: [...samplePositions('sine', 100, 8)].map((position) => values[position] ?? 0),
};
const deviation = (changed: ArrayLike<number>) => compareGolden('sine', { shape: [4, 25], values: changed }, golden);

describe('compareGolden', () => {
  it('finds no error in the golden itself', () => {
    expect(deviation(values).error).toBeLessThan(1e-12);
  });

  it('allows a small multiple of the larger of PyTorch’s own error and the rounding bound', () => {
    expect(deviation(values).tolerance).toBe(ERROR_MULTIPLE * 1e-6);
    expect(compareGolden('sine', { shape: [4, 25], values }, { ...golden, float32Error: 0 }).tolerance).toBe(
      ERROR_MULTIPLE * roundingBound(16),
    );
  });

  it('sees any element that is wrong, sampled or not', () => {
    for (let index = 0; index < values.length; index++) {
      const changed = values.map((value, at) => (at === index ? value + 0.01 : value));
      const { error, tolerance } = deviation(changed);
      expect(error).toBeGreaterThan(tolerance);
    }
  });

  it('sees elements in another order', () => {
    const { error, tolerance } = deviation(values.toReversed());
    expect(error).toBeGreaterThan(tolerance);
  });

  it('takes NaN for equal to nothing', () => {
    expect(deviation(values.map((value, at) => (at === 7 ? NaN : value))).error).toBeNaN();
  });

  it('refuses another shape', () => {
    expect(() => compareGolden('sine', { shape: [25, 4], values }, golden)).toThrow(
      'expected shape [4, 25] for sine, received [25, 4]',
    );
  });
});
