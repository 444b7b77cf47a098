import type { Tensor4D } from '@tensorflow/tfjs-core';
import { batchNorm, batchNormInference } from './batch-norm.js';
import type {
  BatchNormInferenceOptions,
  BatchNormOptions,
  ChannelStatistics,
  NormalizedWithStatistics,
  ScaleAndShift,
} from './batch-norm-types.js';
import { groupedConvolution, type GroupedConvolutionOptions } from './grouped-convolution.js';

/**
 * `convolutionBatchNorm` for a grouped convolution: z = groupedConvolution(x, filter); y = [ReLU](batch norm of z
 * [+ residual]). Two operations on the tape, `groupedConvolution` and `batchNorm`.
 *
 * @param x `[N, H, W, Cin]` float32
 * @param filter `[kH, kW, Cin / groups, Cout]` float32
 * @returns y `[N, OH, OW, Cout]` and new running statistics, as `batchNorm`
 * @throws ShapeError, ArgumentError as the two operations
 * @example
 * const running = { mean: tf.zeros([8]), variance: tf.ones([8]) };
 * const affine = { gamma: tf.ones([8]), beta: tf.zeros([8]) };
 * const { y } = groupedConvolutionBatchNorm(tf.randomNormal([2, 8, 8, 8]), tf.ones([3, 3, 2, 8]), affine, running, {
 *   groups: 4,
 *   padding: 1,
 *   relu: true,
 * });
 */
export function groupedConvolutionBatchNorm(
  x: Tensor4D,
  filter: Tensor4D,
  scaleAndShift: ScaleAndShift,
  running: ChannelStatistics,
  options: GroupedConvolutionOptions & BatchNormOptions,
): NormalizedWithStatistics {
  const z = groupedConvolution(x, filter, options);
  const result = batchNorm(z, scaleAndShift, running, options);
  z.dispose(); // what the gradient needs of it, the tape has kept
  return result;
}

/**
 * `convolutionBatchNormInference` for a grouped convolution.
 *
 * @param statistics running mean and variance, each `[Cout]`; not differentiated
 * @returns `[N, OH, OW, Cout]`
 * @throws ShapeError, ArgumentError as the two operations
 */
export function groupedConvolutionBatchNormInference(
  x: Tensor4D,
  filter: Tensor4D,
  scaleAndShift: ScaleAndShift,
  statistics: ChannelStatistics,
  options: GroupedConvolutionOptions & BatchNormInferenceOptions,
): Tensor4D {
  const z = groupedConvolution(x, filter, options);
  const y = batchNormInference(z, scaleAndShift, statistics, options);
  z.dispose();
  return y;
}
