import { describe, expect, it } from 'vitest';
import { describeErrors, mean, sampleDeviation } from './statistics.js';

describe('describeErrors', () => {
  it('writes errors as Table 6 does', () => {
    expect(describeErrors([])).toBe('–');
    expect(describeErrors([0.0875])).toBe('8.75');
    expect(describeErrors([0.0661, 0.0643, 0.0679])).toBe('6.43 (6.61 ± 0.18)');
  });
});

it('sampleDeviation divides by n − 1', () => {
  expect(mean([1, 2, 3, 4])).toBe(2.5);
  expect(sampleDeviation([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3), 12);
  expect(sampleDeviation([1])).toBeNaN();
});
