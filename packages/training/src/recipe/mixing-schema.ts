import { z } from 'zod';

const fraction = z.number().min(0).max(1);
const positive = z.number().positive().finite();

/** Pictures of two images, with the labels of both. With mixup and cutmix, each batch is one of them, as likely either. */
export const mixingSchema = z
  .strictObject({
    /** λ·a + (1 − λ)·b of whole images, λ from Beta(`alpha`, `alpha`) (arXiv 1710.09412). */
    mixup: z.strictObject({ alpha: positive.max(1000) }).optional(),
    /** A rectangle of b in a, with 1 − λ of its area, λ from Beta(`alpha`, `alpha`) (arXiv 1905.04899). */
    cutmix: z.strictObject({ alpha: positive.max(1000) }).optional(),
    /** Of a batch to be mixed at all. */
    probability: fraction,
  })
  .superRefine(({ mixup, cutmix }, context) => {
    if (mixup !== undefined || cutmix !== undefined) return;
    context.addIssue({ code: 'custom', path: [], message: 'Invalid input: expected mixup, cutmix or both' });
  });

/** Parts of training images that are set to 0, which is the mean where it is subtracted. */
export const erasingSchema = z.discriminatedUnion('kind', [
  /** A square of `size` pixels around a place anywhere in the image, cut at its edges (arXiv 1708.04552). */
  z.strictObject({ kind: z.literal('cutout'), size: z.number().int().positive().max(4096) }),
  /** With `probability`, a rectangle of a part of the area and an aspect within both bounds (arXiv 1708.04896). */
  z
    .strictObject({
      kind: z.literal('random-erasing'),
      probability: fraction,
      area: z.tuple([positive.max(1), positive.max(1)]).readonly(),
      aspect: z.tuple([positive, positive]).readonly(),
    })
    .superRefine(({ area, aspect }, context) => {
      for (const [name, [least, most]] of Object.entries({ area, aspect })) {
        if (most >= least) continue;
        context.addIssue({ code: 'custom', path: [name, 1], message: `Invalid input: expected at least ${least}` });
      }
    }),
]);

/** Pictures of two images. */
export type Mixing = z.infer<typeof mixingSchema>;
/** Parts of images that are set to 0. */
export type Erasing = z.infer<typeof erasingSchema>;
