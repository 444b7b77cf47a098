import type { Turns } from '../measure/interleave.js';
import { median, summarize } from '../measure/statistics.js';
import type { BenchmarkResult, Measurement } from './result-schema.js';

export interface MeasuredWork {
  readonly subject: string;
  readonly contender: string;
  readonly description: string;
  readonly batch: number;
  readonly turns: Turns;
  /** Operations of direct convolution in one step. */
  readonly operations?: number;
  /** Bytes that one step must at least move. */
  readonly bytes?: number;
  readonly limits?: BenchmarkResult['limits'];
  /** Of the verified step. */
  readonly loss?: number | undefined;
  /** False where the process did other things too. */
  readonly withMemory?: boolean;
}

/** A contender's turns as figures; what is not known is left out. */
export function measurementOf(work: MeasuredWork): Measurement {
  const { turns, batch, operations, bytes, limits = {}, loss, withMemory = true } = work;
  const seconds = summarize(turns.secondsPerStep);
  const gigaflops = operations === undefined ? undefined : operations / seconds.median / 1e9;
  const gigabytes = bytes === undefined ? undefined : bytes / seconds.median / 1e9;
  const share = (value: number | undefined, limit: number | undefined): number | undefined =>
    value === undefined || limit === undefined ? undefined : value / limit;
  const known = {
    gigaflops,
    shareOfPeak: share(gigaflops, limits.peakGigaflops),
    gigabytesPerSecond: gigabytes,
    shareOfBandwidth: share(gigabytes, limits.memoryGigabytesPerSecond),
    peakResidentBytes: withMemory ? turns.peakBytes : undefined,
    joulesPerImage: turns.joulesPerStep.length === 0 ? undefined : median(turns.joulesPerStep) / batch,
    loss,
  };
  return {
    subject: work.subject,
    contender: work.contender,
    description: work.description,
    milliseconds: { median: 1e3 * seconds.median, lowest: 1e3 * seconds.lowest, highest: 1e3 * seconds.highest },
    rounds: turns.secondsPerStep.length,
    stepsPerRound: turns.stepsPerTurn,
    batch,
    imagesPerSecond: {
      median: batch / seconds.median,
      lowest: batch / seconds.highest,
      highest: batch / seconds.lowest,
    },
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
}
