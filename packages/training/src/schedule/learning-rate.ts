import type { Schedule, ScheduleOf, Warmup } from '../recipe/schedule-schema.js';
import { initialPlateau, plateauRate } from './plateau.js';
import { initialScheduleState, warmupSteps, type ScheduleState } from './schedule-state.js';

/**
 * The learning rate of one step (paper §3.4, §4.2): a pure function of its arguments. Only the until-error warm-up and
 * the plateau look at `state`, which the checkpoint carries.
 *
 * @param step from 0; warm-up steps are counted too, so a boundary of 32,000 is the paper's 32k-th iteration
 * @param totalSteps length of the whole run in steps; decides the forms of triangular, cosine, poly and one-cycle
 * @param state what {@link nextScheduleState} and evaluations made of the steps before
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
  switch (schedule.kind) {
    case 'triangular':
      return triangularRate(schedule, step, totalSteps);
    case 'one-cycle':
      return oneCycleRate(schedule, step, totalSteps);
    case 'step':
      return warmupRate(schedule, step, state) ?? stepRate(schedule, step);
    case 'plateau':
      return warmupRate(schedule, step, state) ?? plateauRate(schedule, state.plateau ?? initialPlateau);
    case 'cosine':
    case 'poly':
      return warmupRate(schedule, step, state) ?? curveRate(schedule, step, totalSteps);
  }
}

function stepRate({ rate, boundaries, factor }: ScheduleOf<'step'>, step: number): number {
  const passed = boundaries.filter((boundary) => step >= boundary).length;
  // 0.1 · 0.1 is 0.010000000000000002; 15 significant digits give 0.01, as the paper has it.
  return passed === 0 ? rate : Number((rate * factor ** passed).toPrecision(15));
}

function warmupRate(
  { warmup, rate }: { readonly warmup?: Warmup | undefined; readonly rate: number },
  step: number,
  state: ScheduleState,
): number | undefined {
  switch (warmup?.kind) {
    case 'linear':
      return step < warmup.steps ? warmup.from + ((rate - warmup.from) * (step + 1)) / warmup.steps : undefined;
    case 'constant':
      return step < warmup.steps ? warmup.rate : undefined;
    case 'until-error':
      return state.warming ? warmup.rate : undefined;
    case undefined:
      return undefined;
  }
}

/**
 * Cosine (arXiv 1608.03983, Eq. 5, without restarts) and poly, over the steps that the warm-up leaves: both are `rate`
 * at the first of them and would be `finalRate` at the step after the last, as in PyTorch's `CosineAnnealingLR` and
 * `PolynomialLR`.
 */
function curveRate(schedule: ScheduleOf<'cosine' | 'poly'>, step: number, totalSteps: number): number {
  const { rate, finalRate } = schedule;
  const before = warmupSteps(schedule.warmup);
  const done = (step - before) / (totalSteps - before);
  const left = schedule.kind === 'cosine' ? (1 + Math.cos(Math.PI * done)) / 2 : (1 - done) ** schedule.power;
  return finalRate + (rate - finalRate) * left;
}

function triangularRate(schedule: ScheduleOf<'triangular'>, step: number, totalSteps: number): number {
  const { peak, warmupFraction, finalFraction } = schedule;
  // The middle of the step: neither the first nor the last step is spent at a rate of zero.
  const position = (step + 0.5) / totalSteps;
  if (position < warmupFraction) return (peak * position) / warmupFraction;
  const remaining = (1 - position) / (1 - warmupFraction);
  return peak * (finalFraction + (1 - finalFraction) * remaining);
}

/**
 * The 1cycle policy (arXiv 1708.07120) as PyTorch's `OneCycleLR` has it: step 0 is at the start, the peak lies at step
 * `warmupFraction · totalSteps − 1`, the last step is at the end. The momentum is not cycled.
 */
function oneCycleRate(schedule: ScheduleOf<'one-cycle'>, step: number, totalSteps: number): number {
  const { peak, startFraction, finalFraction, warmupFraction, anneal } = schedule;
  const top = warmupFraction * totalSteps - 1;
  const end = totalSteps - 1;
  const between = (from: number, to: number, part: number): number =>
    anneal === 'linear' ? from + (to - from) * part : to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
  if (step <= top) return between(peak * startFraction, peak, top === 0 ? 1 : step / top);
  return between(peak, peak * finalFraction, end === top ? 1 : (step - top) / (end - top));
}
