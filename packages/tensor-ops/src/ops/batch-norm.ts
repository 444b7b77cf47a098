import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { execute } from '../dispatch/execute.js';
import { recomputedBy } from '../dispatch/recomputed-by.js';
import type { BatchNormGradientAttributes } from '../kernels.js';
import { BATCH_NORM, BATCH_NORM_GRADIENT } from '../kernels.js';
import {
  referenceBatchNorm,
  referenceBatchNormGradient,
  referenceFrozenBatchNormGradient,
  referenceNormalize,
} from '../reference/batch-norm.js';
import { withoutRecording } from '../autodiff/recording.js';
import {
  assertBatchNormTensors,
  batchNormAttributes,
  batchNormTrainingAttributes,
} from '../shape/batch-norm-arguments.js';
import { assertTensor } from '../shape/assert-tensor.js';
import type {
  BatchNormInferenceOptions,
  BatchNormOptions,
  ChannelStatistics,
  NormalizedWithStatistics,
  ScaleAndShift,
} from './batch-norm-types.js';

/**
 * Batch norm in training: y = [ReLU](γ·(x − μ)/√(σ² + ε) + β [+ residual]) with the mean and biased variance of this
 * batch over N, H, W. Differentiable by x, gamma, beta and residual. For a convolution followed by batch norm,
 * `convolutionBatchNorm` does both in one.
 *
 * @param x `[N, H, W, C]` float32
 * @param scaleAndShift `gamma` and `beta`, each `[C]`
 * @param running statistics so far, `[C]` each; not changed and not differentiated
 * @returns y `[N, H, W, C]` and new running statistics: (1 − f)·old + f·batch, the variance unbiased (n / (n − 1))
 * @throws ShapeError when shapes do not agree or a channel has one value only; ArgumentError for bad options
 * @example
 * const affine = { gamma: tf.ones([3]), beta: tf.zeros([3]) };
 * const running = { mean: tf.zeros([3]), variance: tf.ones([3]) };
 * const { y, running: updated } = batchNorm(tf.randomNormal([2, 4, 4, 3]), affine, running, { relu: true });
 */
export function batchNorm(
  x: Tensor4D,
  { gamma, beta }: ScaleAndShift,
  running: ChannelStatistics,
  options: BatchNormOptions = {},
): NormalizedWithStatistics {
  const { residual } = options;
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertBatchNormTensors({ gamma, beta, mean: running.mean, variance: running.variance, residual }, x.shape);
  const attributes = batchNormTrainingAttributes(options, x.shape);

  const inputs: tf.NamedTensorMap = {
    x,
    gamma,
    beta,
    runningMean: running.mean,
    runningVariance: running.variance,
  };
  if (residual !== undefined) inputs['residual'] = residual;
  const outputs = execute(BATCH_NORM, inputs, attributes, () =>
    referenceBatchNorm(x, { gamma, beta }, running, attributes, residual),
  );
  const [y, mean, variance, newMean, newVariance] = outputs as [Tensor4D, Tensor1D, Tensor1D, Tensor1D, Tensor1D];

  const { epsilon, relu } = attributes;
  const gradientAttributes = { epsilon, relu, hasResidual: residual !== undefined };
  const differentiated: Tensor[] = [x, gamma, beta];
  if (residual !== undefined) differentiated.push(residual);
  const saved: Tensor[] = [x, gamma, beta, mean, variance];
  // The ReLU mask follows from x, except where a residual was added on the way to y.
  if (relu && residual !== undefined) saved.push(y);
  attachGradient(
    y,
    differentiated,
    saved,
    (dy, tensors) => batchNormGradient(dy, tensors as SavedTensors, gradientAttributes),
    { recompute: recomputedBy([x, gamma, beta, mean, variance], residual, attributes) },
  );
  mean.dispose();
  variance.dispose();
  return { y, running: { mean: newMean, variance: newVariance } };
}

type SavedTensors = readonly [
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
  y: Tensor4D | undefined,
];

/** → [dx, dGamma, dBeta], then dResidual if `hasResidual` */
function batchNormGradient(
  dy: Tensor4D,
  [x, gamma, beta, mean, variance, y]: SavedTensors,
  attributes: BatchNormGradientAttributes,
): Tensor[] {
  const inputs: tf.NamedTensorMap = { dy, x, gamma, beta, mean, variance };
  if (y !== undefined) inputs['y'] = y;
  return execute(BATCH_NORM_GRADIENT, inputs, attributes, () => {
    const statistics = { mean, variance };
    const output = y ?? referenceNormalize(x, { gamma, beta }, statistics, attributes);
    const { dz, dGamma, dBeta, masked } = referenceBatchNormGradient(dy, output, x, gamma, statistics, attributes);
    return attributes.hasResidual ? [dz, dGamma, dBeta, masked] : [dz, dGamma, dBeta];
  });
}

/**
 * Batch norm with fixed statistics: y = [ReLU](γ·(x − μ)/√(σ² + ε) + β [+ residual]).
 * Differentiable by x, gamma, beta and residual (frozen batch norm, appendix A). Composed of stock ops on every backend.
 *
 * @param x `[N, H, W, C]` float32
 * @param scaleAndShift `gamma` and `beta`, each `[C]`
 * @param statistics running mean and variance, each `[C]`; not differentiated
 * @throws ShapeError when shapes do not agree; ArgumentError for bad options
 * @example
 * const affine = { gamma: tf.ones([3]), beta: tf.zeros([3]) };
 * const y = batchNormInference(tf.ones([1, 4, 4, 3]), affine, { mean: tf.zeros([3]), variance: tf.ones([3]) });
 */
export function batchNormInference(
  x: Tensor4D,
  { gamma, beta }: ScaleAndShift,
  { mean, variance }: ChannelStatistics,
  options: BatchNormInferenceOptions = {},
): Tensor4D {
  const { residual } = options;
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertBatchNormTensors({ gamma, beta, mean, variance, residual }, x.shape);
  const attributes = batchNormAttributes(options);
  const y = withoutRecording(() => referenceNormalize(x, { gamma, beta }, { mean, variance }, attributes, residual));
  const differentiated: Tensor[] = [x, gamma, beta];
  if (residual !== undefined) differentiated.push(residual);
  return attachGradient(y, differentiated, [y, x, gamma, mean, variance], (dy, saved) => {
    const [savedY, savedX, savedGamma, savedMean, savedVariance] = saved as [
      Tensor4D,
      Tensor4D,
      Tensor1D,
      Tensor1D,
      Tensor1D,
    ];
    const statistics = { mean: savedMean, variance: savedVariance };
    const { dz, dGamma, dBeta, masked } = referenceFrozenBatchNormGradient(
      dy,
      savedY,
      savedX,
      savedGamma,
      statistics,
      attributes,
    );
    if (residual !== undefined) return [dz, dGamma, dBeta, masked];
    masked.dispose();
    return [dz, dGamma, dBeta];
  });
}
