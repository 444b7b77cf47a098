import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../recipe/schedule-schema.js';
import { learningRate } from './learning-rate.js';
import { scheduleWarnings } from './schedule-warnings.js';
import { initialScheduleState, nextScheduleState, scheduleStateSchema, type ScheduleState } from './schedule-state.js';

const step = (overrides: Partial<Extract<Schedule, { kind: 'step' }>> = {}): Schedule => ({
  kind: 'step',
  rate: 0.1,
  boundaries: [10, 20],
  factor: 0.1,
  ...overrides,
});

describe('learningRate', () => {
  test('of steps with a linear warm-up, worked by hand', () => {
    const schedule = step({ warmup: { kind: 'linear', steps: 4, from: 0.02 } });
    expect([0, 1, 2, 3, 4, 9, 10, 20].map((at) => learningRate(schedule, at, 30))).toEqual(
      [0.04, 0.06, 0.08, 0.1, 0.1, 0.1, 0.01, 0.001].map((value) => expect.closeTo(value, 12)),
    );
  });

  test('of the 400 iterations at 0.01', () => {
    const schedule = step({ boundaries: [32_000], warmup: { kind: 'constant', rate: 0.01, steps: 400 } });
    expect([0, 399, 400, 32_000].map((at) => learningRate(schedule, at, 64_000))).toEqual([0.01, 0.01, 0.1, 0.01]);
  });

  test('of a triangle of ten steps, worked by hand at the middle of each', () => {
    const schedule: Schedule = { kind: 'triangular', peak: 1, warmupFraction: 0.2, finalFraction: 0 };
    const rates = Array.from({ length: 10 }, (_, at) => learningRate(schedule, at, 10));
    const expected = [0.25, 0.75, 0.9375, 0.8125, 0.6875, 0.5625, 0.4375, 0.3125, 0.1875, 0.0625];
    expect(rates).toEqual(expected.map((value) => expect.closeTo(value, 12)));
  });

  test('of any triangle is positive, at most the peak, and has one maximum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, warmupFraction, finalFraction) => {
          const schedule: Schedule = { kind: 'triangular', peak: 0.2, warmupFraction, finalFraction };
          const rates = Array.from({ length: total }, (_, at) => learningRate(schedule, at, total));
          expect(Math.min(...rates)).toBeGreaterThan(0);
          expect(Math.max(...rates)).toBeLessThanOrEqual(0.2 * (1 + 1e-12));
          const turns = rates.filter(
            (rate, at) => at > 0 && at < total - 1 && rate < (rates[at - 1] ?? 0) && rate < (rates[at + 1] ?? 0),
          );
          expect(turns).toEqual([]);
        },
      ),
    );
  });
});

describe('curves over the rest of the run', () => {
  test('of a cosine and a straight line after a warm-up, worked by hand', () => {
    const warmup = { kind: 'linear', from: 0, steps: 2 } as const;
    const cosine: Schedule = { kind: 'cosine', rate: 0.4, finalRate: 0, warmup };
    const line: Schedule = { kind: 'poly', rate: 0.4, finalRate: 0.2, power: 1, warmup };
    const rates = (schedule: Schedule) => Array.from({ length: 6 }, (_, at) => learningRate(schedule, at, 6));
    const half = Math.SQRT1_2;
    const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));
    expect(rates(cosine)).toEqual(close([0.2, 0.4, 0.4, 0.2 * (1 + half), 0.2, 0.2 * (1 - half)]));
    expect(rates(line)).toEqual(close([0.2, 0.4, 0.4, 0.35, 0.3, 0.25]));
  });

  test('of any curve lie between its ends, warm-ups longer than the run included', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 }), (total, steps) => {
        const warmup = { kind: 'constant', rate: 0.05, steps } as const;
        const end = { rate: 0.1, finalRate: 0.05, warmup };
        const cycle = { kind: 'one-cycle', peak: 0.1, startFraction: 0.5, finalFraction: 0.5 } as const;
        const schedules: Schedule[] = [
          { kind: 'cosine', ...end },
          { kind: 'poly', power: 0.9, ...end },
          { ...cycle, warmupFraction: steps / 60, anneal: 'cosine' },
          { ...cycle, warmupFraction: steps / 60, anneal: 'linear' },
        ];
        for (const schedule of schedules) {
          for (let at = 0; at < total; at += 1) {
            expect(learningRate(schedule, at, total)).toBeGreaterThanOrEqual(0.05 - 1e-12);
            expect(learningRate(schedule, at, total)).toBeLessThanOrEqual(0.1 + 1e-12);
          }
        }
      }),
    );
  });
});

describe('scheduleWarnings', () => {
  test('name what a run never reaches', () => {
    expect(scheduleWarnings(step(), 30)).toEqual([]);
    expect(scheduleWarnings(step(), 20)).toEqual([
      'the run ends after 20 steps: the learning rate does not fall at step 20',
    ]);
    expect(scheduleWarnings(step({ warmup: { kind: 'constant', rate: 0.1, steps: 5 } }), 5)).toEqual([
      'the run ends after 5 steps: the learning rate does not get past its warm-up of 5 steps',
      'the run ends after 5 steps: the learning rate does not fall at steps 10, 20',
    ]);
  });
});

describe('the until-error warm-up', () => {
  const schedule = step({ warmup: { kind: 'until-error', rate: 0.01, error: 0.8, window: 2 } });
  const run = (mistakes: readonly number[]): ScheduleState[] => {
    let state = initialScheduleState(schedule);
    const later = mistakes.map(
      (count) => (state = nextScheduleState(schedule, state, { mistakes: count, examples: 10 })),
    );
    return [initialScheduleState(schedule), ...later];
  };

  test('ends after the window’s error is below the threshold, and never returns', () => {
    const states = run([9, 7, 8, 7, 10, 10]);
    // Window errors: –, 16/20, 15/20: below 0.8 for the first time after the third step.
    expect(states.map(({ warming }) => warming)).toEqual([true, true, true, false, false, false, false]);
    expect(states.map((state) => learningRate(schedule, 0, 30, state))).toEqual([0.01, 0.01, 0.01, 0.1, 0.1, 0.1, 0.1]);
  });

  test('does not end on a window that is not yet full', () => {
    expect(run([0])[1]?.warming).toBe(true);
  });

  test('has a state that survives JSON', () => {
    for (const state of run([9, 7, 8]))
      expect(scheduleStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  test('remembers at most the window', () => {
    expect(run([10, 10, 10, 10]).at(-1)).toEqual({ warming: true, mistakes: [10, 10], examples: [10, 10] });
  });
});

test('other schedules remember nothing', () => {
  const schedule = step();
  const state = initialScheduleState(schedule);
  expect(state).toEqual({ warming: false, mistakes: [], examples: [] });
  expect(nextScheduleState(schedule, state, { mistakes: 1, examples: 4 })).toBe(state);
});
