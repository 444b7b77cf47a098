import { z } from 'zod';

/** The part of the average that stays at each update. */
const decay = z.number().positive().lt(1);
/** Steps from one update to the next. */
const everySteps = z.number().int().positive();

/** What is evaluated and kept beside the weights that are trained. */
export const averagingSchema = z.discriminatedUnion('kind', [
  /** An exponential moving average of parameters and running statistics. */
  z.strictObject({
    kind: z.literal('ema'),
    decay,
    everySteps,
    /** Update n, from 0, keeps at most (1 + n) / (10 + n): the first weights are soon forgotten. */
    warmup: z.boolean(),
  }),
  /** An average that training goes on from after each update (arXiv 1907.08610), slow only towards the end. */
  z.strictObject({
    kind: z.literal('lookahead'),
    decay,
    everySteps,
    /** An update keeps decay · (steps done / all steps)^growth (arXiv 2404.00498, section 3.4: 3). */
    growth: z.number().min(0).max(100),
  }),
]);

/** What is evaluated and kept beside the weights that are trained. */
export type Averaging = z.infer<typeof averagingSchema>;
