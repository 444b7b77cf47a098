import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { benchAction } from '../src/actions/bench.js';
import { exitCodes } from '../src/exit-codes.js';
import { runCli } from './run-cli.js';

describe('resnet bench', () => {
  it('shows the help of the benchmark, from any folder', async () => {
    const { code, stdout } = await runCli(['bench', 'step', '--help'], { cwd: tmpdir() });
    expect(code).toBe(exitCodes.ok);
    expect(stdout).toMatch(/^Usage: bench step \[options\]/);
    expect(stdout).toContain('--precision');
  });

  it('passes options on, and gives back the exit status', async () => {
    const { code, stderr } = await runCli(['bench', 'step', '--batch', '0', '--json'], { cwd: tmpdir() });
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain('Expected a whole number from 1 to 4096');
  });

  it('says in one line how to get it where it is not there', async () => {
    await expect(benchAction([], '/nowhere')).rejects.toThrow(
      /^bench is part of the repository .*clone resnet-ts.*bench$/,
    );
  });
});
