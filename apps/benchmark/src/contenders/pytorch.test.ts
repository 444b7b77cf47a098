import { describe, expect, it } from 'vitest';
import { missingPyTorch, pytorchName } from './pytorch.js';

describe('missingPyTorch', () => {
  it.each(['/nowhere/python', process.execPath])('says in one line how to get it for %s', (python) => {
    expect(missingPyTorch(python)).toMatch(
      /^\S+ (cannot be run .*|has no PyTorch); get it with: \S+ -m pip install torch==\S+ numpy; .*$/,
    );
  });
});

describe('pytorchName', () => {
  it('says how it computes', () => {
    expect(pytorchName({ channelsLast: true, bfloat16: false, compiled: false })).toBe('PyTorch float32 channels-last');
    expect(pytorchName({ channelsLast: false, bfloat16: true, compiled: true })).toBe(
      'PyTorch bfloat16 contiguous compiled',
    );
  });
});
