import { ratioToBestPeer } from './format-result.js';
import type { BenchmarkResult, Measurement } from './result-schema.js';

/** One figure for one step, at the top of the JSON of `bench step`, for scripts. */
export interface StepFigures {
  readonly imagesPerSecond: number;
  readonly milliseconds: Measurement['milliseconds'];
  readonly gigaflops: number | null;
  readonly shareOfPeak: number | null;
  readonly peakResidentBytes: number | null;
  /** Ours over the best peer; null where it ran alone. */
  readonly ratioToBestPeer: number | null;
}

/** Our own figures of a result whose first measurement is ours. */
export function stepFigures({ measurements }: BenchmarkResult): StepFigures {
  const [ours] = measurements;
  if (ours === undefined) throw new RangeError('expected at least one measurement');
  return {
    imagesPerSecond: ours.imagesPerSecond.median,
    milliseconds: ours.milliseconds,
    gigaflops: ours.gigaflops ?? null,
    shareOfPeak: ours.shareOfPeak ?? null,
    peakResidentBytes: ours.peakResidentBytes ?? null,
    ratioToBestPeer: ratioToBestPeer(measurements)?.ratio ?? null,
  };
}
