import { describe, expect, it } from 'vitest';
import { exitCodes } from '../exit-codes.js';
import { requirePyTorch } from './pytorch.js';

describe('requirePyTorch', () => {
  it.each(['/nowhere/python', process.execPath])('says in one line how to get it for %s', (python) => {
    expect(() => requirePyTorch(python)).toThrow(
      expect.objectContaining({
        exitCode: exitCodes.peerMissing,
        message: expect.stringMatching(
          /^\S+ (cannot be run .*|has no PyTorch); get it with: \S+ -m pip install torch==\S+ numpy; .*$/,
        ),
      }),
    );
  });
});
