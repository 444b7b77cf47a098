import { ArgumentError, dropExamples, expected } from '@resnet-ts/tensor-ops';
import type { BranchEndMaker } from './branch-end.js';

/**
 * Stochastic depth (arXiv 1603.09382): in training, the branch is dropped for each image with probability `rate` and
 * divided by 1 − rate otherwise; inference is the plain block. Draws from `mode.randomness`; without it nothing is
 * dropped. No parameters.
 *
 * @param rate from 0, below 1
 * @throws ArgumentError for another rate
 * @example
 * stochasticDepth(0.5)('layer3.17', [8, 8, 64]).acts({ training: false }); // false
 */
export function stochasticDepth(rate: number): BranchEndMaker {
  if (!(rate >= 0 && rate < 1)) throw new ArgumentError(expected('a number from 0 to below 1', 'drop rate', rate));
  return (name, shape) => ({
    inputShape: shape,
    outputShape: shape,
    parameters: [],
    buffers: [],
    layers: [],
    acts: ({ training, randomness }) => training && randomness !== undefined && rate > 0,
    apply: (y, _state, { randomness }) => (randomness === undefined ? y : dropExamples(y, { rate, name, randomness })),
  });
}
