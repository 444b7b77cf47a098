import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';

/**
 * What is kept of a segment of a network between its forward and its backward pass. The gradients are the same, bit for
 * bit.
 *
 * - `keep`: everything the gradients need; per fused operation its convolution output z and its activation y.
 * - `renormalize`: z only. Activations are made again from z and the batch statistics by one elementwise pass, those
 *   between the blocks of a segment included; no convolution runs twice.
 * - `checkpoint`: the input of the segment only; the backward pass runs the whole segment again (Chen et al. 2016,
 *   arXiv 1604.06174), about a third more time for memory that grows with the square root of the depth.
 */
export type Checkpointing = (typeof CHECKPOINTING)[number];

/** Every policy, from the most memory to the least. */
export const CHECKPOINTING = ['keep', 'renormalize', 'checkpoint'] as const;

/** @throws ArgumentError unless `value` is a policy */
export function assertCheckpointing(value: unknown): asserts value is Checkpointing {
  if (CHECKPOINTING.some((policy) => policy === value)) return;
  throw new ArgumentError(expected("'keep', 'renormalize' or 'checkpoint'", 'checkpointing', value));
}
