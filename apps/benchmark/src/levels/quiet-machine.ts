import { BenchmarkError, exitCodes } from '../exit-codes.js';
import { BUSY_FRACTION, watchLoad } from '../measure/machine-load.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import type { RunOptions } from './run-options.js';

/**
 * Looks at what other programs use before and after a measurement.
 *
 * @throws BenchmarkError (exit status 3) on a busy machine, unless forced
 */
export async function onQuietMachine<T>(
  { force, onProgress }: Pick<RunOptions, 'force' | 'onProgress'>,
  measure: () => Promise<T>,
): Promise<{ value: T; otherLoad: BenchmarkResult['otherLoad'] }> {
  const before = await watchLoad();
  if (before > BUSY_FRACTION) {
    const message = `other programs use ${(100 * before).toFixed(0)} % of this machine, which makes times meaningless`;
    if (!force) throw new BenchmarkError(exitCodes.busy, `${message}; end them, or time anyway with --force`);
    onProgress(`warning: ${message}`);
  }
  const value = await measure();
  return { value, otherLoad: { before, after: await watchLoad() } };
}
