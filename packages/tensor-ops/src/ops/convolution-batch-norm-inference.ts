import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { convolutionFilterGradient, convolutionInputGradient, convolve } from '../dispatch/convolution-steps.js';
import { execute } from '../dispatch/execute.js';
import type { ConvolutionBatchNormInferenceAttributes } from '../kernels.js';
import { CONVOLUTION_BATCH_NORM_INFERENCE } from '../kernels.js';
import { referenceFrozenBatchNormGradient, referenceNormalize } from '../reference/batch-norm.js';
import { assertBatchNormTensors, batchNormAttributes } from '../shape/batch-norm-arguments.js';
import { convolutionGeometry } from '../shape/convolution-geometry.js';
import type { WindowOptions } from '../shape/window-geometry.js';
import type { BatchNormInferenceOptions, ChannelStatistics, ScaleAndShift } from './batch-norm-types.js';

/**
 * `convolutionBatchNorm` with fixed statistics: z = convolution(x, filter);
 * y = [ReLU](γ·(z − μ)/√(σ² + ε) + β [+ residual]).
 * Differentiable by x, filter, gamma, beta and residual (frozen batch norm, as in fine-tuning and detection,
 * appendix A); the backward pass convolves again instead of saving z.
 *
 * @param x `[N, H, W, Cin]` float32
 * @param filter `[kH, kW, Cin, Cout]` float32
 * @param scaleAndShift `gamma` and `beta`, each `[Cout]`
 * @param statistics running mean and variance, each `[Cout]`; not differentiated
 * @returns y `[N, OH, OW, Cout]`
 * @throws ShapeError when shapes do not agree; ArgumentError for bad options
 * @example
 * const statistics = { mean: tf.zeros([16]), variance: tf.ones([16]) };
 * const affine = { gamma: tf.ones([16]), beta: tf.zeros([16]) };
 * const y = convolutionBatchNormInference(tf.ones([1, 8, 8, 3]), tf.ones([3, 3, 3, 16]), affine, statistics, { padding: 1 });
 */
export function convolutionBatchNormInference(
  x: Tensor4D,
  filter: Tensor4D,
  { gamma, beta }: ScaleAndShift,
  { mean, variance }: ChannelStatistics,
  options: WindowOptions & BatchNormInferenceOptions = {},
): Tensor4D {
  const { residual } = options;
  const { attributes: geometry, outputShape } = convolutionGeometry(x, filter, options);
  assertBatchNormTensors({ gamma, beta, mean, variance, residual }, outputShape);
  const attributes: ConvolutionBatchNormInferenceAttributes = { ...geometry, ...batchNormAttributes(options) };

  const inputs: tf.NamedTensorMap = { x, filter, gamma, beta, mean, variance };
  if (residual !== undefined) inputs['residual'] = residual;
  const [output] = execute(CONVOLUTION_BATCH_NORM_INFERENCE, inputs, attributes, () => [
    referenceNormalize(convolve(x, filter, attributes), { gamma, beta }, { mean, variance }, attributes, residual),
  ]);

  const differentiated: Tensor[] = [x, filter, gamma, beta];
  if (residual !== undefined) differentiated.push(residual);
  return attachGradient(
    output as Tensor4D,
    differentiated,
    [output as Tensor4D, x, filter, gamma, mean, variance],
    (dy, saved) => frozenGradient(dy, saved as SavedTensors, attributes, residual !== undefined),
  );
}

type SavedTensors = readonly [
  y: Tensor4D,
  x: Tensor4D,
  filter: Tensor4D,
  gamma: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
];

function frozenGradient(
  dy: Tensor4D,
  [y, x, filter, gamma, mean, variance]: SavedTensors,
  attributes: ConvolutionBatchNormInferenceAttributes,
  hasResidual: boolean,
): Tensor[] {
  return tf.tidy(() => {
    const { stride, padding } = attributes;
    const z = convolve(x, filter, { stride, padding });
    const { dz, dGamma, dBeta, masked } = referenceFrozenBatchNormGradient(
      dy,
      y,
      z,
      gamma,
      { mean, variance },
      attributes,
    );
    const dx = convolutionInputGradient(dz, filter, { stride, padding, inputShape: x.shape });
    const dFilter = convolutionFilterGradient(x, dz, { stride, padding, filterShape: filter.shape });
    return hasResidual ? [dx, dFilter, dGamma, dBeta, masked] : [dx, dFilter, dGamma, dBeta];
  });
}
