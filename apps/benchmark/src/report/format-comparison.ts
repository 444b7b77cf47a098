import { comparisonCaveats, compareResults } from './compare-results.js';
import { figure } from './format-result.js';
import { formatTable } from './format-table.js';
import type { BenchmarkResult, Measurement } from './result-schema.js';

const spread = (measurement: Measurement | undefined): string => {
  if (measurement === undefined) return '–';
  const { median, lowest, highest } = measurement.milliseconds;
  return `${figure(median)} (${figure(lowest)} – ${figure(highest)})`;
};

/** Heads and rows of a comparison, as texts; the last cell is the verdict. */
export function comparisonTable(
  before: BenchmarkResult,
  after: BenchmarkResult,
): { heads: string[]; rows: string[][] } {
  return {
    heads: ['subject', 'contender', 'before, ms', 'after, ms', 'time', 'verdict'],
    rows: compareResults(before, after).map((row) => [
      ...[row.subject, row.contender, spread(row.before), spread(row.after)],
      row.ratio === undefined ? '–' : `× ${row.ratio.toFixed(3)}`,
      row.verdict === 'slower' ? 'SLOWER' : row.verdict,
    ]),
  };
}

/** A comparison for people: a table, what got slower, and what speaks against comparing. */
export function formatComparison(before: BenchmarkResult, after: BenchmarkResult): string {
  const { heads, rows } = comparisonTable(before, after);
  const slower = compareResults(before, after).filter(({ verdict }) => verdict === 'slower');
  return [
    `${after.benchmark}: ${before.date} (${before.environment.commit ?? 'no commit'}) before, ${after.date} (${after.environment.commit ?? 'no commit'}) after`,
    formatTable(heads, rows),
    slower.length === 0 ? 'nothing got slower beyond the spread' : `${slower.length} got slower beyond the spread`,
    ...comparisonCaveats(before, after).map((caveat) => `careful: ${caveat}`),
  ].join('\n');
}
