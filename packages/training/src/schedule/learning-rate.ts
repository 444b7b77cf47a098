import type { Schedule, Warmup } from '../recipe/recipe-schema.js';
import { initialScheduleState, type ScheduleState } from './schedule-state.js';

/**
 * The learning rate of one step (paper §3.4, §4.2): a pure function of its arguments. Only the until-error warm-up
 * looks at `state`, which the checkpoint carries.
 *
 * @param step from 0; warm-up steps are counted too, so a boundary of 32,000 is the paper's 32k-th iteration
 * @param totalSteps length of the whole run in steps; decides the triangular form, and nothing else
 * @param state what {@link nextScheduleState} made of the steps before
 *
 * @example
 * learningRate({ kind: 'step', rate: 0.1, boundaries: [32000, 48000], factor: 0.1 }, 32000, 64000); // 0.01
 */
export function learningRate(
  schedule: Schedule,
  step: number,
  totalSteps: number,
  state: ScheduleState = initialScheduleState(schedule),
): number {
  if (schedule.kind === 'triangular') return triangularRate(schedule, step, totalSteps);
  return warmupRate(schedule.warmup, schedule.rate, step, state) ?? stepRate(schedule, step);
}

function stepRate({ rate, boundaries, factor }: Extract<Schedule, { kind: 'step' }>, step: number): number {
  const passed = boundaries.filter((boundary) => step >= boundary).length;
  // 0.1 · 0.1 is 0.010000000000000002; 15 significant digits give 0.01, as the paper has it.
  return passed === 0 ? rate : Number((rate * factor ** passed).toPrecision(15));
}

function warmupRate(warmup: Warmup | undefined, full: number, step: number, state: ScheduleState): number | undefined {
  switch (warmup?.kind) {
    case 'linear':
      return step < warmup.steps ? warmup.from + ((full - warmup.from) * (step + 1)) / warmup.steps : undefined;
    case 'constant':
      return step < warmup.steps ? warmup.rate : undefined;
    case 'until-error':
      return state.warming ? warmup.rate : undefined;
    case undefined:
      return undefined;
  }
}

function triangularRate(schedule: Extract<Schedule, { kind: 'triangular' }>, step: number, totalSteps: number): number {
  const { peak, warmupFraction, finalFraction } = schedule;
  // The middle of the step: neither the first nor the last step is spent at a rate of zero.
  const position = (step + 0.5) / totalSteps;
  if (position < warmupFraction) return (peak * position) / warmupFraction;
  const remaining = (1 - position) / (1 - warmupFraction);
  return peak * (finalFraction + (1 - finalFraction) * remaining);
}
