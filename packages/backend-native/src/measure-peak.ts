import type { PeakRates } from './addon.js';
import { loadNative } from './load-addon.js';

/** About 1 ms a run on a 3 GHz core: short enough that some runs are not interrupted. */
const ROUNDS = 500_000;

/**
 * Measures the multiply-add rate of the instruction set in use from registers alone, on one thread and on all, in 10⁹
 * floating-point operations a second: the yardstick for every kernel. Takes a fraction of a second.
 *
 * @throws UnsupportedError without the addon
 * @example
 * const { oneThread, allThreads } = measurePeak();
 */
export function measurePeak(): PeakRates {
  return loadNative().measurePeak(ROUNDS);
}
