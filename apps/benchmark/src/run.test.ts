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
    [['step', '--turn-seconds', '0'], /--turn-seconds.*Expected a number from 0.01 to 600/],
    [['step', '--precision', 'float16'], /Allowed choices are float32, bf16-mixed/],
    [['step', '--modle', 'resnet20'], /Did you mean --model\?/],
    [['stpe'], /Did you mean step\?/],
    [['step', '--model', 'resent20'], /did you mean resnet20\?/],
    [['step', '--contenders', 'pytorch,tensorfow'], /a contender for --contenders, received "tensorfow"/],
  ])('%j is a usage error', async (argv, message) => {
    expect(await run(argv)).toBe(exitCodes.usage);
    expect(errors.join('\n')).toMatch(message);
  });
});
