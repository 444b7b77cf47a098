/**
 * The kernel contract between the operations of this package and a backend that wants to run them itself.
 * A backend may register any of these names; an operation whose kernel is missing runs its reference instead.
 * Kernels are called with validated inputs: dense float32 tensors, NHWC images, `[kH, kW, Cin, Cout]` filters.
 * Optional inputs (marked `?`) are simply absent from the inputs map.
 * Outputs are listed in order; a kernel always returns an array.
 */
import type { Padding2d } from './contracts/padding.js';

export type { Padding2d } from './contracts/padding.js';

export interface ConvolutionAttributes {
  readonly stride: number;
  readonly padding: Padding2d;
}

/** inputs { x, filter } → [y `[N, OH, OW, Cout]`] */
export const CONVOLUTION = 'ResidualConvolution';

/** inputs { dy, filter } → [dx `inputShape`] */
export const CONVOLUTION_INPUT_GRADIENT = 'ResidualConvolutionInputGradient';
export interface ConvolutionInputGradientAttributes extends ConvolutionAttributes {
  readonly inputShape: readonly [number, number, number, number];
}

/** inputs { x, dy } → [dFilter `filterShape`] */
export const CONVOLUTION_FILTER_GRADIENT = 'ResidualConvolutionFilterGradient';
export interface ConvolutionFilterGradientAttributes extends ConvolutionAttributes {
  readonly filterShape: readonly [number, number, number, number];
}

export interface GroupedConvolutionAttributes extends ConvolutionAttributes {
  /** Groups that input and output channels fall into, in order; a filter sees the inputs of its own group alone. */
  readonly groups: number;
}

/** inputs { x, filter `[kH, kW, Cin / groups, Cout]` } → [y `[N, OH, OW, Cout]`] */
export const GROUPED_CONVOLUTION = 'ResidualGroupedConvolution';

/** inputs { dy, filter } → [dx `inputShape`] */
export const GROUPED_CONVOLUTION_INPUT_GRADIENT = 'ResidualGroupedConvolutionInputGradient';
export interface GroupedConvolutionInputGradientAttributes extends GroupedConvolutionAttributes {
  readonly inputShape: readonly [number, number, number, number];
}

/** inputs { x, dy } → [dFilter `filterShape`] */
export const GROUPED_CONVOLUTION_FILTER_GRADIENT = 'ResidualGroupedConvolutionFilterGradient';
export interface GroupedConvolutionFilterGradientAttributes extends GroupedConvolutionAttributes {
  readonly filterShape: readonly [number, number, number, number];
}

export interface BatchNormAttributes {
  /** Added to the variance before the square root. */
  readonly epsilon: number;
  /** Apply max(0, ·) after normalisation (and after the residual is added). */
  readonly relu: boolean;
}

export interface BatchNormTrainingAttributes extends BatchNormAttributes {
  /** Fraction of the batch statistic in the new running statistic: new = (1 − f)·old + f·batch. */
  readonly runningFraction: number;
}

/**
 * Training form: z = conv(x, filter); y = [relu](γ·(z − μ)/√(σ² + ε) + β [+ residual]), μ and biased σ² over N, H, W.
 * inputs { x, filter, gamma, beta, runningMean, runningVariance, residual? }
 * → [y, z, mean `[C]`, variance `[C]` (biased), newRunningMean `[C]`, newRunningVariance `[C]` (from the unbiased variance)]
 */
export const CONVOLUTION_BATCH_NORM = 'ResidualConvolutionBatchNorm';
export interface ConvolutionBatchNormAttributes extends ConvolutionAttributes, BatchNormTrainingAttributes {}

/**
 * inputs { dy, y?, z, x, filter, gamma, beta, mean, variance, dxSum? }
 * → [dFilter, dGamma, dBeta] then dx if `inputGradient`, then dResidual if `hasResidual` (dResidual = dy masked by relu).
 * `y` is only given where `relu` and `hasResidual` are both true; the relu mask follows from z otherwise.
 * `dxSum` is the gradient that x has from its other uses: dx is then dxSum + the data gradient. The caller has no other
 * use for it, so a kernel may write dx into its memory and return its data id, counted once more, if nobody else
 * refers to that data.
 */
export const CONVOLUTION_BATCH_NORM_GRADIENT = 'ResidualConvolutionBatchNormGradient';
export interface ConvolutionBatchNormGradientAttributes extends ConvolutionAttributes, BatchNormAttributes {
  readonly hasResidual: boolean;
  /** False for the first layer, whose input is the images: the data gradient is not computed. */
  readonly inputGradient: boolean;
  /** Nobody reads dy after this kernel: dResidual may take its memory, under the same rule as dx that of dxSum. */
  readonly reuseDy: boolean;
}

/**
 * The last step of `CONVOLUTION_BATCH_NORM` alone: y = [relu](γ·(z − μ)/√(σ² + ε) + β [+ residual]).
 * Given the z, mean and variance of that kernel it must return its y, bit for bit: activations are recomputed with it.
 * inputs { z, gamma, beta, mean, variance, residual? } → [y]
 */
export const NORMALIZE = 'ResidualNormalize';

/** Inference form with running statistics. inputs { x, filter, gamma, beta, mean, variance, residual? } → [y] */
export const CONVOLUTION_BATCH_NORM_INFERENCE = 'ResidualConvolutionBatchNormInference';
export interface ConvolutionBatchNormInferenceAttributes extends ConvolutionAttributes, BatchNormAttributes {}

/** inputs { x, gamma, beta, runningMean, runningVariance, residual? } → [y, mean, variance, newRunningMean, newRunningVariance] */
export const BATCH_NORM = 'ResidualBatchNorm';

/**
 * inputs { dy, y?, x, gamma, beta, mean, variance } → [dx, dGamma, dBeta] then dResidual if `hasResidual`.
 * `y` as in `CONVOLUTION_BATCH_NORM_GRADIENT`.
 */
export const BATCH_NORM_GRADIENT = 'ResidualBatchNormGradient';
export interface BatchNormGradientAttributes extends BatchNormAttributes {
  readonly hasResidual: boolean;
}

export interface PoolingAttributes {
  readonly windowSize: number;
  readonly stride: number;
  readonly padding: Padding2d;
}

/** inputs { x } → [y]; padding never wins the maximum. */
export const MAX_POOL = 'ResidualMaxPool';
/** inputs { dy, x } → [dx]; a tie goes to the first pixel in row-major order, as in PyTorch. */
export const MAX_POOL_GRADIENT = 'ResidualMaxPoolGradient';

export interface AveragePoolingAttributes extends PoolingAttributes {
  /** Divide by the whole window (true, PyTorch's default) or by its pixels inside the image. */
  readonly countPadding: boolean;
}
/** inputs { x } → [y] */
export const AVERAGE_POOL = 'ResidualAveragePool';
/** inputs { dy } → [dx] */
export const AVERAGE_POOL_GRADIENT = 'ResidualAveragePoolGradient';
export interface AveragePoolingGradientAttributes extends AveragePoolingAttributes {
  readonly inputShape: readonly [number, number, number, number];
}

/** inputs { x `[N, H, W, C]` } → [y `[N, C]`] */
export const GLOBAL_AVERAGE_POOL = 'ResidualGlobalAveragePool';
/** inputs { dy `[N, C]` } → [dx `inputShape`] */
export const GLOBAL_AVERAGE_POOL_GRADIENT = 'ResidualGlobalAveragePoolGradient';
export interface GlobalAveragePoolGradientAttributes {
  readonly inputShape: readonly [number, number, number, number];
}

/** inputs { x `[N, in]`, weight `[in, out]`, bias `[out]` } → [y `[N, out]`]; no attributes */
export const LINEAR = 'ResidualLinear';
/** inputs { dy, x, weight } → [dx, dWeight, dBias]; no attributes */
export const LINEAR_GRADIENT = 'ResidualLinearGradient';

/** Option A: strided slice, zeros for the new channels. inputs { x } → [y `[N, ceil(H/s), ceil(W/s), outputChannels]`] */
export const ZERO_PAD_SHORTCUT = 'ResidualZeroPadShortcut';
export interface ZeroPadShortcutAttributes {
  readonly stride: number;
  readonly outputChannels: number;
  /** Zero channels placed before the existing ones; the rest follow them. */
  readonly channelsBefore: number;
}
/** inputs { dy } → [dx `inputShape`] */
export const ZERO_PAD_SHORTCUT_GRADIENT = 'ResidualZeroPadShortcutGradient';
export interface ZeroPadShortcutGradientAttributes extends ZeroPadShortcutAttributes {
  readonly inputShape: readonly [number, number, number, number];
}

export interface SoftmaxCrossEntropyAttributes {
  /** ε of label smoothing: the target is (1 − ε)·one-hot + ε / classes. */
  readonly labelSmoothing: number;
}
/** Mean over the batch. inputs { logits `[N, K]`, labels `[N]` int32 } → [loss scalar, probabilities `[N, K]`] */
export const SOFTMAX_CROSS_ENTROPY = 'ResidualSoftmaxCrossEntropy';
/** inputs { dy scalar, probabilities, labels } → [dLogits] */
export const SOFTMAX_CROSS_ENTROPY_GRADIENT = 'ResidualSoftmaxCrossEntropyGradient';

/**
 * One SGD step over many tensors. inputs { parameter0…, gradient0…, velocity0… } (same n for each)
 * → [new parameter0…, new velocity0…]. With g' = g + decay·w:
 * form 'torch': v ← m·v + g'; w ← w − lr·(nesterov ? g' + m·v : v)
 * form 'caffe': v ← m·v + lr·g'; w ← w − (nesterov ? m·v + lr·g' : v)
 */
export const SGD_UPDATE = 'ResidualSgdUpdate';
export interface SgdUpdateAttributes {
  readonly count: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly form: 'torch' | 'caffe';
  /** Weight decay of each parameter, length `count`. */
  readonly weightDecay: readonly number[];
}
