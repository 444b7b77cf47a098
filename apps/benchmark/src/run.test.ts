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
    [['kernels', '--operations', 'forward,bakward'], /Expected some of forward, data-gradient/],
    [['kernels', '--models', 'resnet20,,resnet50'], /Expected names separated by commas/],
    [['inference', '--batches', '1,0'], /--batches.*Expected a whole number/],
    [['scaling', '--vary', 'hight'], /Expected some of batch, depth, width, image-size, threads/],
    [['startup', '--data', '/nowhere'], /resnet data fetch cifar10/],
    [['compare', 'one.json'], /missing required argument 'after'/],
    [['step', '--contenders', 'pytorch,tensorfow'], /a contender for --contenders, received "tensorfow"/],
  ])('%j is a usage error', async (argv, message) => {
    expect(await run(argv)).toBe(exitCodes.usage);
    expect(errors.join('\n')).toMatch(message);
  });

  it.each(['step', 'inference', 'kernels', 'data', 'epoch', 'scaling', 'startup', 'compare'])(
    '%s has an example',
    async (command) => {
      const output: string[] = [];
      vi.spyOn(process.stdout, 'write').mockImplementation((text) => output.push(String(text)) > 0);
      expect(await run([command, '--help'])).toBe(exitCodes.ok);
      expect(output.join('')).toMatch(new RegExp(`Examples?:\n  resnet bench ${command}`));
      expect(output.join('')).toContain('--json');
    },
  );
});
