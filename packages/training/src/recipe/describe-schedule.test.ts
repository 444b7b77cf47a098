import { expect, test } from 'vitest';
import { describeSchedule } from './describe-schedule.js';
import { scheduleSchema, type Schedule } from './schedule-schema.js';

test.each<readonly [Schedule, string]>([
  [
    { kind: 'cosine', rate: 0.1, finalRate: 0, warmup: { kind: 'linear', from: 0.01, steps: 500 } },
    'rising from 0.01 over 500 steps, then half a cosine from 0.1 to 0',
  ],
  [{ kind: 'poly', rate: 0.1, finalRate: 0, power: 2 }, 'from 0.1 to 0 as (1 − part done)^2'],
  [
    {
      ...{ kind: 'one-cycle', peak: 0.1, startFraction: 0.04, finalFraction: 0, warmupFraction: 0.3 },
      anneal: 'cosine',
    },
    'from 0.004 up to 0.1 over the first 30 % of the steps, then down to 0, in half cosines',
  ],
  [
    {
      ...{ kind: 'plateau', rate: 0.1, factor: 0.1, metric: 'top1-error', patience: 5, threshold: 0.01 },
      ...{ cooldown: 2, minimumRate: 1e-4 },
    },
    '0.1, times 0.1 when more than 5 evaluations in a row did not improve the top-1 error by 1 % of the best, not counting 2 after a fall, never below 0.0001',
  ],
])('%j in words', (schedule, words) => {
  expect(describeSchedule(scheduleSchema.parse(schedule))).toBe(words);
});
