import type { Summary } from '../report/result-schema.js';

export function median(values: readonly number[]): number {
  return summarize(values).median;
}

/** @throws RangeError without values */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest] = sorted;
  const highest = sorted.at(-1);
  if (lowest === undefined || highest === undefined) throw new RangeError('expected at least one value to summarize');
  const middle = sorted.length / 2;
  const below = sorted[Math.ceil(middle) - 1] ?? lowest;
  const above = sorted[Math.floor(middle)] ?? highest;
  return { median: (below + above) / 2, lowest, highest };
}
