import { describe, expect, it } from 'vitest';
import { exitCodes } from '../exit-codes.js';
import { LOGITS_TOLERANCES, requireSameLogits } from './verify-logits.js';

const compare = (peer: number[], tolerance: number = LOGITS_TOLERANCES.float32): void =>
  requireSameLogits([3, 4, 0], peer, 'peer', tolerance);

describe('requireSameLogits', () => {
  it('accepts rounding, and more of bfloat16', () => {
    compare([3.001, 4.001, 0.001]);
    compare([3.2, 4.2, 0], LOGITS_TOLERANCES.bfloat16);
  });

  it.each([
    [[3.2, 4.2, 0], /the logits of peer are 5.657 % from ours, more than 0.1 %/],
    [[4, 3, 0], /28.284 %/],
    [[Number.NaN, 4, 0], /NaN %/],
    [[3, 4], /2 numbers instead of 3/],
    [[3, 4, 0, 0], /4 numbers instead of 3/],
  ])('refuses %j', (peer, message) => {
    expect(() => compare(peer)).toThrow(
      expect.objectContaining({ exitCode: exitCodes.notTheSame, message: expect.stringMatching(message) }),
    );
  });
});
