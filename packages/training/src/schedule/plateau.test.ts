import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScheduleOf } from '../recipe/schedule-schema.js';
import { learningRate } from './learning-rate.js';
import { afterEvaluation, initialScheduleState, nextScheduleState, scheduleStateSchema } from './schedule-state.js';

const plateau = (overrides: Partial<ScheduleOf<'plateau'>> = {}): ScheduleOf<'plateau'> => ({
  ...{ kind: 'plateau', rate: 0.1, factor: 0.1, metric: 'top1-error', patience: 1 },
  ...{ threshold: 0, cooldown: 0, minimumRate: 0.001 },
  ...overrides,
});

const evaluation = (step: number, top1Error: number | null, loss: number | null = 0) => ({ step, top1Error, loss });

test('the rate falls when the error did not for more evaluations than the patience, worked by hand', () => {
  const schedule = plateau();
  let state = initialScheduleState(schedule);
  const rates = [0.5, 0.4, 0.4, 0.41, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3].map((error, index) => {
    state = afterEvaluation(schedule, state, evaluation(index + 1, error));
    return learningRate(schedule, index + 1, 100, state);
  });
  expect(rates).toEqual([0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001, 0.001]);
});

test('an evaluation is taken in once, and one during the warm-up not at all', () => {
  const schedule = plateau({ patience: 0, warmup: { kind: 'linear', from: 0, steps: 10 } });
  const warming = afterEvaluation(schedule, initialScheduleState(schedule), evaluation(9, 0.1));
  expect(warming).toEqual(initialScheduleState(schedule));
  const first = afterEvaluation(schedule, warming, evaluation(10, 0.5));
  expect(first.plateau).toMatchObject({ best: 0.5, reductions: 0 });
  expect(afterEvaluation(schedule, first, evaluation(10, 0.5))).toEqual(first);
  expect(afterEvaluation(schedule, first, evaluation(20, 0.5)).plateau).toMatchObject({ reductions: 1 });
});

test('waits for the until-error warm-up, and keeps its memory when that ends', () => {
  const schedule = plateau({ patience: 0, warmup: { kind: 'until-error', rate: 0.01, error: 0.5, window: 1 } });
  const initial = initialScheduleState(schedule);
  expect(afterEvaluation(schedule, initial, evaluation(5, 0.9))).toBe(initial);
  const warm = nextScheduleState(schedule, initial, { mistakes: 1, examples: 4 });
  expect(warm).toEqual({ ...initial, warming: false });
});

test('a value that is not finite is no better, live as after a resume, where it is null', () => {
  const schedule = plateau({ patience: 0 });
  for (const bad of [NaN, Infinity, null]) {
    const state = afterEvaluation(schedule, initialScheduleState(schedule), evaluation(1, bad));
    expect(state.plateau).toEqual({ reductions: 1, best: null, waited: 0, cooling: 0, step: 1 });
  }
});

test('a state survives JSON to the last bit', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (errors) => {
      const schedule = plateau({ threshold: 0.01, cooldown: 1 });
      const state = errors.reduce(
        (before, error, index) => afterEvaluation(schedule, before, evaluation(index + 1, error)),
        initialScheduleState(schedule),
      );
      expect(scheduleStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    }),
  );
});

test('other schedules take no notice of evaluations', () => {
  const schedule = { kind: 'step', rate: 0.1, boundaries: [], factor: 0.1 } as const;
  const state = initialScheduleState(schedule);
  expect(afterEvaluation(schedule, state, evaluation(1, 1))).toBe(state);
  expect(Object.keys(state)).toEqual(['warming', 'mistakes', 'examples']);
});
