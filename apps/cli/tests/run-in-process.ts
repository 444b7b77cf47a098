import { vi } from 'vitest';
import { run } from '../src/run.js';
import type { CliResult } from './run-cli.js';

/** Runs `resnet` in this process, for the many cases of parsing and help that need no process of their own. */
export async function runInProcess(args: readonly string[]): Promise<Pick<CliResult, 'code' | 'stdout' | 'stderr'>> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  try {
    return { code: await run(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
