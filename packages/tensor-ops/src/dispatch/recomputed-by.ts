import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { OperationTraits } from '../autodiff/operation.js';
import type { BatchNormAttributes } from '../kernels.js';
import { NORMALIZE } from '../kernels.js';
import { referenceNormalize } from '../reference/batch-norm.js';
import { execute } from './execute.js';

type Normalized = readonly [z: Tensor4D, gamma: Tensor1D, beta: Tensor1D, mean: Tensor1D, variance: Tensor1D];

/** How a normalised activation is made again: the arithmetic of the forward pass, hence its bits. */
export function recomputedBy(
  from: Normalized,
  residual: Tensor4D | undefined,
  { epsilon, relu }: BatchNormAttributes,
): NonNullable<OperationTraits['recompute']> {
  const attributes: BatchNormAttributes = { epsilon, relu };
  return {
    from: residual === undefined ? from : [...from, residual],
    run: (tensors: readonly Tensor[]) => {
      const [z, gamma, beta, mean, variance, added] = tensors as [...Normalized, Tensor4D | undefined];
      const inputs: tf.NamedTensorMap = { z, gamma, beta, mean, variance };
      if (added !== undefined) inputs['residual'] = added;
      const [y] = execute(NORMALIZE, inputs, attributes, () => [
        referenceNormalize(z, { gamma, beta }, { mean, variance }, attributes, added),
      ]);
      return y as Tensor;
    },
  };
}
