import { z } from 'zod';

const positiveInteger = z.number().int().positive();
const fraction = z.number().min(0).max(1);
const positive = z.number().positive().finite();
const rateOrZero = z.number().min(0).finite();

/** From `from` in equal increments; step `steps - 1` is the first at the full rate. */
const linearWarmup = z.strictObject({ kind: z.literal('linear'), steps: positiveInteger, from: rateOrZero });
/** A constant rate for a number of steps: the 400 iterations of the paper's 110-layer network and of the v2 paper. */
const constantWarmup = z.strictObject({ kind: z.literal('constant'), steps: positiveInteger, rate: positive });
/** A constant rate until the training error, averaged over the last `window` steps, falls below `error` (paper §4.2). */
const untilErrorWarmup = z.strictObject({
  kind: z.literal('until-error'),
  rate: positive,
  error: fraction,
  window: positiveInteger.max(10_000),
});

/** Rates before the main schedule takes over. Steps count from 0 and warm-up steps are part of the run's length. */
const warmup = z.discriminatedUnion('kind', [linearWarmup, constantWarmup, untilErrorWarmup]);
/** Before a curve that needs to know how many steps are left to it. */
const countedWarmup = z.discriminatedUnion('kind', [linearWarmup, constantWarmup]);

/** `rate`, multiplied by `factor` at each boundary: step b is the first at the lower rate. */
const step = z.strictObject({
  kind: z.literal('step'),
  rate: positive,
  boundaries: z.array(positiveInteger).readonly(),
  factor: positive,
  warmup: warmup.optional(),
});

/** From 0 up to `peak` over `warmupFraction` of the run, then down in a straight line to `finalFraction · peak`. */
const triangular = z.strictObject({
  kind: z.literal('triangular'),
  peak: positive,
  warmupFraction: fraction,
  finalFraction: fraction,
});

/** Half a cosine from `rate`, after the warm-up, to `finalRate`, which the step after the last would have. */
const cosine = z.strictObject({
  kind: z.literal('cosine'),
  rate: positive,
  finalRate: rateOrZero,
  warmup: countedWarmup.optional(),
});

/** From `rate`, after the warm-up, to `finalRate` as (1 − part done)^`power`: 1 is a straight line. */
const poly = z.strictObject({
  kind: z.literal('poly'),
  rate: positive,
  finalRate: rateOrZero,
  power: positive,
  warmup: countedWarmup.optional(),
});

/**
 * From `startFraction · peak` up to `peak` over `warmupFraction` of the run, then down to `finalFraction · peak`, which
 * the last step has. It brings its own warm-up.
 */
const oneCycle = z.strictObject({
  kind: z.literal('one-cycle'),
  peak: positive,
  startFraction: fraction,
  finalFraction: fraction,
  warmupFraction: fraction,
  anneal: z.enum(['cosine', 'linear']),
});

/**
 * `rate`, multiplied by `factor` whenever more than `patience` evaluations in a row did not improve `metric` by the
 * part `threshold` of its best value (paper §3.4: divided by 10 when the error plateaus).
 */
const plateau = z.strictObject({
  kind: z.literal('plateau'),
  rate: positive,
  factor: z.number().positive().lt(1),
  metric: z.enum(['top1-error', 'loss']),
  patience: z.number().int().min(0),
  threshold: z.number().min(0).lt(1),
  /** Evaluations after a fall that are not counted against the patience. */
  cooldown: z.number().int().min(0),
  minimumRate: rateOrZero,
  warmup: warmup.optional(),
});

/** How the learning rate follows from the step; nothing else about a run does. */
export const scheduleSchema = z
  .discriminatedUnion('kind', [step, triangular, cosine, poly, oneCycle, plateau])
  .superRefine((schedule, context) => {
    const refuse = (path: readonly (string | number)[], wanted: string): void => {
      context.addIssue({ code: 'custom', path: [...path], message: `Invalid input: expected ${wanted}` });
    };
    if (schedule.kind === 'step') {
      schedule.boundaries.forEach((boundary, index, all) => {
        const previous = all[index - 1] ?? 0;
        if (boundary <= previous) refuse(['boundaries', index], `a step after ${previous}`);
      });
    }
    if ((schedule.kind === 'cosine' || schedule.kind === 'poly') && schedule.finalRate > schedule.rate)
      refuse(['finalRate'], `at most the rate, ${schedule.rate},`);
    if (schedule.kind === 'plateau' && schedule.minimumRate > schedule.rate)
      refuse(['minimumRate'], `at most the rate, ${schedule.rate},`);
  });

/** The learning rate as a function of the step. */
export type Schedule = z.infer<typeof scheduleSchema>;
/** What precedes the main part of a schedule. */
export type Warmup = z.infer<typeof warmup>;
/** One kind of schedule. */
export type ScheduleOf<Kind extends Schedule['kind']> = Extract<Schedule, { kind: Kind }>;
