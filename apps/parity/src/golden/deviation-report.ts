import { expect } from 'vitest';
import type { Deviation } from './compare-golden.js';

/**
 * A gradient that is zero but for rounding (a beta whose shift the next batch norm undoes) has an error of any size in
 * units of itself. It is still held to its tolerance; only the printed maximum leaves it out.
 */
const INFORMATIVE_TOLERANCE = 0.1;

/** Prints the largest errors, also when everything passes, then fails on any beyond its tolerance. */
export function reportDeviations(title: string, deviations: readonly Deviation[]): void {
  const worst = byShareOfTolerance(deviations);
  const informative = deviations.filter(({ tolerance }) => tolerance < INFORMATIVE_TOLERANCE);
  const [largest] = informative.sort((a, b) => b.error - a.error);
  const summary = [`${title}: ${deviations.length} values compared`];
  const zeros = deviations.length - informative.length;
  if (zeros > 0) summary.push(`${zeros} of them zero but for rounding`);
  if (largest !== undefined) summary.push(`largest error ${format(largest)}`);
  if (worst[0] !== undefined) summary.push(`nearest its tolerance ${format(worst[0])}`);
  console.log(summary.join('; '));
  const failures = worst.filter(({ error, tolerance }) => !(error <= tolerance));
  expect(failures.map(format)).toEqual([]);
}

function byShareOfTolerance(deviations: readonly Deviation[]): Deviation[] {
  const share = ({ error, tolerance }: Deviation): number => (Number.isNaN(error) ? Infinity : error / tolerance);
  return [...deviations].sort((a, b) => share(b) - share(a));
}

function format({ name, error, tolerance, float32Error }: Deviation): string {
  const [own, limit, torch] = [error, tolerance, float32Error].map((value) => value.toExponential(1));
  return `${own} in ${name} (tolerance ${limit}, float32 PyTorch ${torch})`;
}
