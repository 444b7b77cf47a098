import { loadNative } from './load-addon.js';
import { checkThreads } from './runtime-options.js';

/**
 * Sets how many threads kernels use, the calling one included. Results do not depend on it, to the bit.
 *
 * @returns how many there are now: fewer when the system refuses
 * @throws ArgumentError unless `threads` is an integer from 1 to 1,024; UnsupportedError without the addon
 * @example
 * setThreads(4);
 */
export function setThreads(threads: number): number {
  return loadNative().setThreads(checkThreads(threads, 'threads'));
}
