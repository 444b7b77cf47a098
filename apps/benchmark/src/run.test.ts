import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exitCodes } from './exit-codes.js';
import { run } from './run.js';

const errors: string[] = [];
beforeEach(() => {
  errors.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => vi.restoreAllMocks());

describe('bench', () => {
  it.each([
    [['step', '--batch', '0'], /--batch.*Expected a whole number from 1 to 4096/],
    [['step', '--rounds', '2.5'], /--rounds/],
    [['step', '--modle', 'resnet20'], /Did you mean --model\?/],
    [['stpe'], /Did you mean step\?/],
    [['step', '--model', 'resent20'], /did you mean resnet20\?/],
  ])('%j is a usage error', async (argv, message) => {
    expect(await run(argv)).toBe(exitCodes.usage);
    expect(errors.join('\n')).toMatch(message);
  });

  it('says how to get PyTorch, and nothing more, where it is missing', async () => {
    expect(await run(['step', '--python', '/nowhere/python'])).toBe(exitCodes.peerMissing);
    expect(errors).toEqual([expect.stringMatching(/^error: \/nowhere\/python cannot be run .*pip install torch==/)]);
  });
});
