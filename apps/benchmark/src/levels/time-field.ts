import { Field } from '../contenders/field.js';
import type { Candidate } from '../contenders/field.js';
import { interleave } from '../measure/interleave.js';
import { measurementOf } from '../report/measurement.js';
import type { MeasuredWork } from '../report/measurement.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import { onQuietMachine } from './quiet-machine.js';
import type { RunOptions } from './run-options.js';

export interface FieldWork<C extends Candidate> {
  readonly candidates: readonly C[];
  /** What one contender's turns stand for. */
  readonly workOf: (candidate: C) => Pick<MeasuredWork, 'subject' | 'batch' | 'withMemory' | 'operations'>;
}

type Timed = Pick<BenchmarkResult, 'measurements' | 'otherLoad' | 'skipped' | 'limits'> & { readonly notes: string[] };

/** Starts contenders that need no verification, takes turns, and puts their figures together. */
export async function timeField<C extends Candidate>(
  { candidates, workOf }: FieldWork<C>,
  options: RunOptions,
): Promise<Timed> {
  const { rounds, turnSeconds, onProgress } = options;
  const field = new Field<C>(onProgress);
  try {
    const { value: turns, otherLoad } = await onQuietMachine(options, async () => {
      await field.start(candidates);
      return interleave(
        field.entrants.map(({ process }) => process),
        { rounds, turnSeconds, onRound: (round) => onProgress(`round ${round} of ${rounds}`) },
      );
    });
    const measurements = field.entrants.flatMap(({ candidate, description }, index) => {
      const own = turns[index];
      if (own === undefined) return [];
      return [measurementOf({ ...workOf(candidate), contender: candidate.name, description, turns: own })];
    });
    return { measurements, otherLoad, skipped: field.skipped, limits: {}, notes: field.notes };
  } finally {
    field.close();
  }
}
