import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { convolutionFilterGradient, convolutionInputGradient, convolve } from '../dispatch/convolution-steps.js';
import { execute } from '../dispatch/execute.js';
import type { ConvolutionBatchNormAttributes, ConvolutionBatchNormGradientAttributes } from '../kernels.js';
import { CONVOLUTION_BATCH_NORM, CONVOLUTION_BATCH_NORM_GRADIENT } from '../kernels.js';
import { recomputedBy } from '../dispatch/recomputed-by.js';
import { referenceBatchNorm, referenceBatchNormGradient, referenceNormalize } from '../reference/batch-norm.js';
import { assertBatchNormTensors, batchNormTrainingAttributes } from '../shape/batch-norm-arguments.js';
import { assertBoolean } from '../shape/assert-value.js';
import { convolutionGeometry } from '../shape/convolution-geometry.js';
import type { WindowOptions } from '../shape/window-geometry.js';
import type {
  BatchNormOptions,
  ChannelStatistics,
  NormalizedWithStatistics,
  ScaleAndShift,
} from './batch-norm-types.js';

export interface ConvolutionBatchNormOptions extends WindowOptions, BatchNormOptions {
  /** False for the first layer, whose input is the images: the gradient of x is then not computed. Default true. */
  readonly differentiateInput?: boolean;
}

/**
 * The unit a residual network is made of (section 3.4: batch norm right after each convolution and before activation):
 * z = convolution(x, filter); y = [ReLU](γ·(z − μ)/√(σ² + ε) + β [+ residual]) with the statistics μ, σ² of this batch.
 * Differentiable by x, filter, gamma, beta and residual; saved for the backward pass are x, z and y.
 *
 * @param x `[N, H, W, Cin]` float32
 * @param filter `[kH, kW, Cin, Cout]` float32
 * @param scaleAndShift `gamma` and `beta`, each `[Cout]`
 * @param running statistics so far, `[Cout]` each; not changed and not differentiated
 * @returns y `[N, OH, OW, Cout]` and new running statistics: (1 − f)·old + f·batch, the variance unbiased
 * @throws ShapeError when shapes do not agree or a channel has one value only; ArgumentError for bad options
 * @example
 * const running = { mean: tf.zeros([16]), variance: tf.ones([16]) };
 * const affine = { gamma: tf.ones([16]), beta: tf.zeros([16]) };
 * const { y } = convolutionBatchNorm(tf.randomNormal([2, 8, 8, 3]), tf.ones([3, 3, 3, 16]), affine, running, {
 *   padding: 1,
 *   relu: true,
 * });
 */
export function convolutionBatchNorm(
  x: Tensor4D,
  filter: Tensor4D,
  { gamma, beta }: ScaleAndShift,
  running: ChannelStatistics,
  options: ConvolutionBatchNormOptions = {},
): NormalizedWithStatistics {
  const { residual, differentiateInput = true } = options;
  const { attributes: geometry, outputShape } = convolutionGeometry(x, filter, options);
  assertBatchNormTensors({ gamma, beta, mean: running.mean, variance: running.variance, residual }, outputShape);
  assertBoolean(differentiateInput, 'differentiateInput');
  const attributes: ConvolutionBatchNormAttributes = {
    ...geometry,
    ...batchNormTrainingAttributes(options, outputShape),
  };

  const inputs: tf.NamedTensorMap = {
    x,
    filter,
    gamma,
    beta,
    runningMean: running.mean,
    runningVariance: running.variance,
  };
  if (residual !== undefined) inputs['residual'] = residual;
  const outputs = execute(CONVOLUTION_BATCH_NORM, inputs, attributes, () => {
    const z = convolve(x, filter, attributes);
    const [normalized, ...statistics] = referenceBatchNorm(z, { gamma, beta }, running, attributes, residual);
    return [normalized as Tensor, z, ...statistics];
  });
  const [y, z, mean, variance, newMean, newVariance] = outputs as [
    Tensor4D,
    Tensor4D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
    Tensor1D,
  ];

  const gradientAttributes: ConvolutionBatchNormGradientAttributes = {
    ...geometry,
    epsilon: attributes.epsilon,
    relu: attributes.relu,
    hasResidual: residual !== undefined,
    inputGradient: differentiateInput,
    reuseDy: false,
  };
  const differentiated: Tensor[] = [filter, gamma, beta];
  if (differentiateInput) differentiated.push(x);
  if (residual !== undefined) differentiated.push(residual);
  const saved: Tensor[] = [z, x, filter, gamma, beta, mean, variance];
  if (needsOutput(gradientAttributes)) saved.push(y);
  attachGradient(
    y,
    differentiated,
    saved,
    (dy, tensors, memory) => {
      const last = { ...gradientAttributes, reuseDy: memory !== undefined };
      return convolutionBatchNormGradient(dy, tensors as SavedTensors, last, memory?.sum);
    },
    {
      ...(differentiateInput ? { accumulates: differentiated.indexOf(x) } : {}),
      recompute: recomputedBy([z, gamma, beta, mean, variance], residual, attributes),
    },
  );
  z.dispose();
  mean.dispose();
  variance.dispose();
  return { y, running: { mean: newMean, variance: newVariance } };
}

type SavedTensors = readonly [
  z: Tensor4D,
  x: Tensor4D,
  filter: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
  y: Tensor4D | undefined,
];

/** The ReLU mask follows from z, except where a residual was added on the way to y. */
function needsOutput({ relu, hasResidual }: ConvolutionBatchNormGradientAttributes): boolean {
  return relu && hasResidual;
}

/** → [dFilter, dGamma, dBeta], then dx (added to `dxSum`) if `inputGradient`, then dResidual if `hasResidual` */
function convolutionBatchNormGradient(
  dy: Tensor4D,
  [z, x, filter, gamma, beta, mean, variance, y]: SavedTensors,
  attributes: ConvolutionBatchNormGradientAttributes,
  dxSum: Tensor | undefined,
): Tensor[] {
  const inputs: tf.NamedTensorMap = { dy, z, x, filter, gamma, beta, mean, variance };
  if (y !== undefined) inputs['y'] = y;
  if (dxSum !== undefined) inputs['dxSum'] = dxSum;
  return execute(CONVOLUTION_BATCH_NORM_GRADIENT, inputs, attributes, () => {
    const output = y ?? referenceNormalize(z, { gamma, beta }, { mean, variance }, attributes);
    const { dz, dGamma, dBeta, masked } = referenceBatchNormGradient(
      dy,
      output,
      z,
      gamma,
      { mean, variance },
      attributes,
    );
    const { stride, padding } = attributes;
    const dFilter = convolutionFilterGradient(x, dz, { stride, padding, filterShape: filter.shape });
    const gradients: Tensor[] = [dFilter, dGamma, dBeta];
    if (attributes.inputGradient) {
      const dx = convolutionInputGradient(dz, filter, { stride, padding, inputShape: x.shape });
      gradients.push(dxSum === undefined ? dx : tf.add(dxSum, dx));
    }
    if (attributes.hasResidual) gradients.push(masked);
    return gradients;
  });
}
