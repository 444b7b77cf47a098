import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Schedule, ScheduleOf } from '../recipe/schedule-schema.js';
import { learningRate } from './learning-rate.js';
import { initialPlateau, nextPlateau, plateauRate } from './plateau.js';

const golden = z
  .object({
    curves: z.array(z.object({ name: z.string(), rates: z.array(z.number()) })),
    values: z.array(z.number()),
    plateaus: z.array(
      z.object({
        options: z.object({
          factor: z.number(),
          patience: z.number(),
          threshold: z.number(),
          cooldown: z.number(),
          min_lr: z.number(),
        }),
        rates: z.array(z.number()),
      }),
    ),
  })
  // By tools/parity-fixtures/make_schedule_goldens.py, from PyTorch 2.13.
  .parse(JSON.parse(readFileSync(new URL('__fixtures__/schedules.json', import.meta.url), 'utf8')));

const curves: Readonly<Record<string, Schedule>> = {
  cosine: { kind: 'cosine', rate: 0.3, finalRate: 0.01 },
  'cosine after 10 steps at 0.03': {
    kind: 'cosine',
    rate: 0.3,
    finalRate: 0,
    warmup: { kind: 'constant', steps: 10, rate: 0.03 },
  },
  'poly 0.9': { kind: 'poly', rate: 0.3, finalRate: 0, power: 0.9 },
  'poly 2': { kind: 'poly', rate: 0.3, finalRate: 0, power: 2 },
  // PyTorch's defaults: div_factor 25, final_div_factor 1e4 of the start.
  'one-cycle cosine': {
    kind: 'one-cycle',
    peak: 0.3,
    startFraction: 1 / 25,
    finalFraction: 1 / 25 / 1e4,
    warmupFraction: 0.3,
    anneal: 'cosine',
  },
  'one-cycle linear': {
    kind: 'one-cycle',
    peak: 0.3,
    startFraction: 1 / 10,
    finalFraction: 1 / 10 / 100,
    warmupFraction: 0.25,
    anneal: 'linear',
  },
};

describe('rates are those of PyTorch', () => {
  test.each(golden.curves)('$name', ({ name, rates }) => {
    const schedule = curves[name];
    if (schedule === undefined) throw new Error(`no schedule for ${name}`);
    const own = rates.map((_, step) => learningRate(schedule, step, rates.length));
    const largest = Math.max(...own.map((rate, step) => Math.abs(rate - (rates[step] ?? NaN))));
    console.log(`${name}: largest difference ${largest.toExponential(1)}`);
    // PyTorch goes from step to step by factors: 40 roundings of double precision at a rate of 0.3.
    expect(largest).toBeLessThan(40 * 2 ** -53);
  });

  test.each(golden.plateaus)(
    'reduce on plateau, $options',
    ({ options: { min_lr: minimumRate, ...options }, rates }) => {
      const schedule: ScheduleOf<'plateau'> = { kind: 'plateau', rate: 0.3, metric: 'loss', minimumRate, ...options };
      let state = initialPlateau;
      const own = golden.values.map((loss, index) => {
        state = nextPlateau(schedule, state, { step: index + 1, loss, top1Error: null });
        return plateauRate(schedule, state);
      });
      expect(new Set(rates).size).toBeGreaterThan(2);
      expect(own).toEqual(rates.map((rate) => expect.closeTo(rate, 15)));
    },
  );
});
