import { z } from 'zod';

/** What is evaluated and kept beside the weights that are trained. */
export const averagingSchema = z.strictObject({
  /** An exponential moving average of parameters and running statistics. */
  kind: z.literal('ema'),
  /** The part of the average that stays at each update. */
  decay: z.number().positive().lt(1),
  /** Steps from one update to the next. */
  everySteps: z.number().int().positive(),
  /** Update n, from 0, keeps at most (1 + n) / (10 + n): the first weights are soon forgotten. */
  warmup: z.boolean(),
});

/** What is evaluated and kept beside the weights that are trained. */
export type Averaging = z.infer<typeof averagingSchema>;
