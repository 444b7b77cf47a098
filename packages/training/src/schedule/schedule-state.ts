import { z } from 'zod';
import type { Schedule } from '../recipe/recipe-schema.js';

const count = z.number().int().min(0);

/** What a schedule remembers of the steps before: only the until-error warm-up remembers anything. */
export const scheduleStateSchema = z.strictObject({
  /** Still at the warm-up rate, waiting for the training error to fall. */
  warming: z.boolean(),
  /** Wrong predictions of each of the last steps, oldest first; empty once the warm-up is over. */
  mistakes: z.array(count).max(10_000),
  /** Images of each of the same steps. */
  examples: z.array(count).max(10_000),
});

/** What a schedule remembers of the steps before. Plain data; part of every checkpoint. */
export type ScheduleState = z.infer<typeof scheduleStateSchema>;

/** The state before the first step. */
export function initialScheduleState(schedule: Schedule): ScheduleState {
  return { warming: schedule.kind === 'step' && schedule.warmup?.kind === 'until-error', mistakes: [], examples: [] };
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
  if (!state.warming || schedule.kind !== 'step' || schedule.warmup?.kind !== 'until-error') return state;
  const { window, error } = schedule.warmup;
  const recentMistakes = [...state.mistakes, mistakes].slice(-window);
  const recentExamples = [...state.examples, examples].slice(-window);
  const below = recentExamples.length === window && sum(recentMistakes) < error * sum(recentExamples);
  return below
    ? { warming: false, mistakes: [], examples: [] }
    : { warming: true, mistakes: recentMistakes, examples: recentExamples };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
