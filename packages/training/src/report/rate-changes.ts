import type { MetricsRecord } from '../run/metrics-schema.js';

/** More changes than this are a curve: the chart shows it, a list would not. */
const MOST_CHANGES = 12;

/** One rate and the log line from which it was seen. */
export interface RateChange {
  readonly learningRate: number;
  /** Steps done and epochs done at the first log line with it. */
  readonly step: number;
  readonly epoch: number;
}

/**
 * The learning rates of a run as it went, each from the first log line that has it; none where they change too often to
 * be told apart from a curve.
 */
export function rateChanges(records: readonly MetricsRecord[]): RateChange[] {
  const changes: RateChange[] = [];
  for (const record of records) {
    if (record.kind !== 'step' || record.learningRate === changes.at(-1)?.learningRate) continue;
    const { learningRate, step, epoch } = record;
    changes.push({ learningRate, step, epoch });
    if (changes.length > MOST_CHANGES) return [];
  }
  return changes;
}
