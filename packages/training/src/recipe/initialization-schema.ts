import { z } from 'zod';

/** Parameters that begin with values measured on the training images. */
export const initializationSchema = z.strictObject({
  /** Principal components of image patches, each and its negative, scaled to a variance of 1 (arXiv 2404.00498, 3.2). */
  kind: z.literal('patch-whitening'),
  /** The filter that they become, `[k, k, C, even]`: of the first convolution. */
  filter: z.string().min(1).max(200),
  /** Training images that are measured, evenly spread over the set. */
  images: z.number().int().positive().max(100_000_000),
});

/** Parameters that begin with values measured on the training images. */
export type Initialization = z.infer<typeof initializationSchema>;
