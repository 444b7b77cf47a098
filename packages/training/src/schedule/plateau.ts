import { z } from 'zod';
import type { ScheduleOf } from '../recipe/schedule-schema.js';

const count = z.number().int().min(0);

export const plateauSchema = z.strictObject({
  /** How often the rate fell. */
  reductions: count,
  /** The best value of the metric so far; null before the first. */
  best: z.number().nullable(),
  /** Evaluations in a row that were no better. */
  waited: count,
  /** Evaluations that are still not counted after a fall. */
  cooling: count,
  /** The step of the last evaluation that was taken in: a resumed run takes in those after it, and none twice. */
  step: count,
});

/** What reduce-on-plateau remembers of the evaluations before. Plain data; part of a checkpoint. */
export type PlateauState = z.infer<typeof plateauSchema>;

export const initialPlateau: PlateauState = { reductions: 0, best: null, waited: 0, cooling: 0, step: 0 };

/** An evaluation as `metrics.jsonl` has it: a figure that was not finite is null. */
export interface PlateauEvaluation {
  readonly step: number;
  readonly loss: number | null;
  readonly top1Error: number | null;
}

/**
 * The state after an evaluation, by the rule of PyTorch's `ReduceLROnPlateau` (mode `min`, relative threshold): better
 * is below best · (1 − threshold); more than `patience` evaluations in a row that are no better multiply the rate by
 * `factor`; after a fall, `cooldown` evaluations are not counted. A value that is not finite is no better.
 *
 * @returns `state` itself for an evaluation that was already taken in
 */
export function nextPlateau(
  { metric, patience, threshold, cooldown }: ScheduleOf<'plateau'>,
  state: PlateauState,
  evaluation: PlateauEvaluation,
): PlateauState {
  const { step } = evaluation;
  if (step <= state.step) return state;
  const received = metric === 'loss' ? evaluation.loss : evaluation.top1Error;
  // What a resumed run reads back from JSON: an infinity is null there.
  const value = received !== null && Number.isFinite(received) ? received : null;
  const better = value !== null && (state.best === null || value < state.best * (1 - threshold));
  const best = better ? value : state.best;
  const cooling = Math.max(0, state.cooling - 1);
  const waited = better || state.cooling > 0 ? 0 : state.waited + 1;
  return waited > patience
    ? { reductions: state.reductions + 1, best, waited: 0, cooling: cooldown, step }
    : { reductions: state.reductions, best, waited, cooling, step };
}

/** The rate after the falls so far, never below `minimumRate`. */
export function plateauRate({ rate, factor, minimumRate }: ScheduleOf<'plateau'>, state: PlateauState): number {
  return Math.max(minimumRate, Number((rate * factor ** state.reductions).toPrecision(15)));
}
