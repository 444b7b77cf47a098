/** Of one contender's rounds: images a second. */
export interface Summary {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
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
