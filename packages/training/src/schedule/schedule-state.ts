import { z } from 'zod';
import type { Schedule, Warmup } from '../recipe/schedule-schema.js';
import { initialPlateau, nextPlateau, plateauSchema, type PlateauEvaluation } from './plateau.js';

const count = z.number().int().min(0);

/** What a schedule remembers of the steps before: only the until-error warm-up and the plateau remember anything. */
export const scheduleStateSchema = z.strictObject({
  /** Still at the warm-up rate, waiting for the training error to fall. */
  warming: z.boolean(),
  /** Wrong predictions of each of the last steps, oldest first; empty once the warm-up is over. */
  mistakes: z.array(count).max(10_000),
  /** Images of each of the same steps. */
  examples: z.array(count).max(10_000),
  /** Of a plateau schedule alone: absent, the bytes of a position are those from before there was one. */
  plateau: plateauSchema.optional(),
});

/** What a schedule remembers of the steps before. Plain data; part of every checkpoint. */
export type ScheduleState = z.infer<typeof scheduleStateSchema>;

/** The state before the first step. */
export function initialScheduleState(schedule: Schedule): ScheduleState {
  return {
    warming: warmupOf(schedule)?.kind === 'until-error',
    mistakes: [],
    examples: [],
    ...(schedule.kind === 'plateau' ? { plateau: initialPlateau } : {}),
  };
}

/** What precedes the main part of a schedule, if anything does: triangular and one-cycle rise by themselves. */
export function warmupOf(schedule: Schedule): Warmup | undefined {
  return 'warmup' in schedule ? schedule.warmup : undefined;
}

/**
 * The state after a step. The until-error warm-up ends once the error over the last `window` steps is below its
 * threshold, and never returns (paper §4.2: "until the training error is below 80%").
 *
 * @param mistakes wrong predictions in the step's batch
 * @param examples images in the step's batch
 */
export function nextScheduleState(
  schedule: Schedule,
  state: ScheduleState,
  { mistakes, examples }: { readonly mistakes: number; readonly examples: number },
): ScheduleState {
  const warmup = warmupOf(schedule);
  if (!state.warming || warmup?.kind !== 'until-error') return state;
  const { window, error } = warmup;
  const recentMistakes = [...state.mistakes, mistakes].slice(-window);
  const recentExamples = [...state.examples, examples].slice(-window);
  const below = recentExamples.length === window && sum(recentMistakes) < error * sum(recentExamples);
  return below
    ? { ...state, warming: false, mistakes: [], examples: [] }
    : { ...state, warming: true, mistakes: recentMistakes, examples: recentExamples };
}

/**
 * The state after an evaluation, which only a plateau schedule looks at, and only once its warm-up is over. Taking in
 * one that was taken in already changes nothing.
 */
export function afterEvaluation(
  schedule: Schedule,
  state: ScheduleState,
  evaluation: PlateauEvaluation,
): ScheduleState {
  if (schedule.kind !== 'plateau') return state;
  const { plateau = initialPlateau, warming } = state;
  if (warming || evaluation.step < warmupSteps(schedule.warmup)) return state;
  return { ...state, plateau: nextPlateau(schedule, plateau, evaluation) };
}

/** Steps before the main part of a schedule; 0 for the until-error warm-up, whose end only the run knows. */
export function warmupSteps(warmup: Warmup | undefined): number {
  return warmup === undefined || warmup.kind === 'until-error' ? 0 : warmup.steps;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
