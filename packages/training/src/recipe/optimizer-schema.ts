import { z } from 'zod';
import { PARAMETER_ROLES } from '../optimizer/parameter-roles.js';

const positive = z.number().positive().finite();

/** Parameters that are treated in a way of their own. Those that belong are of any of the roles and match the names. */
const parameterGroup = z
  .strictObject({
    /** Absent: of any role. */
    roles: z.array(z.enum(PARAMETER_ROLES)).min(1).readonly().optional(),
    /** A name, or a pattern in which `*` stands for any text, such as `layer1.*` or `*.bias`. Absent: of any name. */
    names: z.string().min(1).max(200).optional(),
    /** In place of the decay that they would have. */
    weightDecay: z.number().min(0).finite().optional(),
    /** The learning rate is multiplied by it (Caffe's `lr_mult`); 0 leaves them as they began. */
    rateScale: z.number().min(0).finite().optional(),
  })
  .superRefine(({ roles, names, weightDecay, rateScale }, context) => {
    const refuse = (wanted: string): void => {
      context.addIssue({ code: 'custom', path: [], message: `Invalid input: expected ${wanted}` });
    };
    if (roles === undefined && names === undefined) refuse('roles, names or both');
    if (weightDecay === undefined && rateScale === undefined) refuse('a weightDecay, a rateScale or both');
  });

const clip = z.discriminatedUnion('kind', [
  /** All gradients together, as one vector: shortened to `limit` where it is longer. */
  z.strictObject({ kind: z.literal('global-norm'), limit: positive }),
  /** Each value: from −`limit` to `limit`. */
  z.strictObject({ kind: z.literal('value'), limit: positive }),
]);

/** How parameters follow from gradients. */
export const optimizerSchema = z.strictObject({
  momentum: z.number().min(0).lt(1),
  nesterov: z.boolean(),
  weightDecay: z.number().min(0).finite(),
  /** Which parameters decay: convolution filters and linear weights only, or all of them (Caffe's default). */
  decay: z.enum(['weights', 'all']),
  /** `torch`: v ← m·v + g; w ← w − lr·v. `caffe`: v ← m·v + lr·g; w ← w − v. They differ when the rate changes. */
  form: z.enum(['torch', 'caffe']),
  /** Of a parameter that belongs to several, the first decides alone. Absent: all are treated alike. */
  groups: z.array(parameterGroup).min(1).max(100).readonly().optional(),
  /** Limits gradients before decay and momentum. Absent: none. */
  clip: clip.optional(),
  /**
   * Parts in which the batch of a step goes through the network one after another, their gradients averaged: memory of
   * one part. Batch norm sees one part at a time, as on the paper's GPUs. Absent: 1.
   */
  microBatches: z.number().int().positive().max(100_000).optional(),
});

/** The optimiser of a recipe. */
export type Optimizer = z.infer<typeof optimizerSchema>;
/** What limits gradients. */
export type GradientClip = z.infer<typeof clip>;
