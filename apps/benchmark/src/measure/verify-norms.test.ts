import { describe, expect, it } from 'vitest';
import { exitCodes } from '../exit-codes.js';
import { KERNEL_TOLERANCES, requireSameNorms } from './verify-norms.js';

const compare = (theirs: number[], tolerance: number = KERNEL_TOLERANCES.float32): void =>
  requireSameNorms({ subject: 'forward', ours: [100, 1, 1e-4], theirs, name: 'peer', tolerance });

describe('requireSameNorms', () => {
  it('accepts rounding, also of a sum that cancels', () => {
    compare([100.05, 1.0005, 1.05e-4]);
    compare([102, 1.02, 1e-4], KERNEL_TOLERANCES.bfloat16);
  });

  it.each([
    [[100, 2, 1e-4]],
    [[101, 1, 1e-4]],
    [[100, 1]],
    [[100, 1, 1e-4, 5]],
    [[Number.NaN, 1, 1e-4]],
    [[100, 1, 1]],
  ])('refuses %j', (theirs) => {
    expect(() => compare(theirs)).toThrow(
      expect.objectContaining({
        exitCode: exitCodes.notTheSame,
        message: expect.stringMatching(/^forward has outputs of lengths 100, 1, 0.0001 here and .* in peer/),
      }),
    );
  });
});
