import type { BenchmarkResult, Measurement } from './result-schema.js';

export type Verdict = 'slower' | 'faster' | 'same' | 'only before' | 'only after';

export interface Comparison {
  readonly subject: string;
  readonly contender: string;
  readonly before?: Measurement;
  readonly after?: Measurement;
  /** Median time after over before; above 1 is slower. */
  readonly ratio?: number;
  readonly verdict: Verdict;
}

/**
 * Puts two results of the same benchmark side by side. Slower is what lies beyond the spread: the new median is above
 * every round of the old run, and the old median below every round of the new one. A single bad round changes neither.
 */
export function compareResults(before: BenchmarkResult, after: BenchmarkResult): Comparison[] {
  const key = ({ subject, contender }: Measurement): string => `${subject}\n${contender}`;
  const old = new Map(before.measurements.map((measurement) => [key(measurement), measurement]));
  const rows = after.measurements.map((measurement): Comparison => {
    const earlier = old.get(key(measurement));
    old.delete(key(measurement));
    const { subject, contender } = measurement;
    if (earlier === undefined) return { subject, contender, after: measurement, verdict: 'only after' };
    const ratio = measurement.milliseconds.median / earlier.milliseconds.median;
    return { subject, contender, before: earlier, after: measurement, ratio, verdict: judge(earlier, measurement) };
  });
  const gone = [...old.values()].map((measurement): Comparison => {
    const { subject, contender } = measurement;
    return { subject, contender, before: measurement, verdict: 'only before' };
  });
  return [...rows, ...gone];
}

function judge({ milliseconds: before }: Measurement, { milliseconds: after }: Measurement): Verdict {
  if (after.median > before.highest && before.median < after.lowest) return 'slower';
  if (after.median < before.lowest && before.median > after.highest) return 'faster';
  return 'same';
}

/** What makes two results hard to compare, one sentence each. */
export function comparisonCaveats(before: BenchmarkResult, after: BenchmarkResult): string[] {
  const fields = ['processor', 'processors', 'node'] as const;
  const different = fields
    .filter((field) => before.environment[field] !== after.environment[field])
    .map((field) => `another ${field}: ${before.environment[field]} before, ${after.environment[field]} after`);
  const busy = [before, after].filter(({ otherLoad }) => Math.max(otherLoad.before, otherLoad.after) > 0.1);
  return [...different, ...busy.map(({ date }) => `the machine was busy with something else in the run of ${date}`)];
}
