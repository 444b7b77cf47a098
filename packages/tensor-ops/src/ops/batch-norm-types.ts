import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';

/** The trained scale and shift of batch norm, each `[C]`. */
export interface ScaleAndShift {
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
}

/** Mean and variance of each channel, each `[C]`. */
export interface ChannelStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

export interface BatchNormInferenceOptions {
  /** Added to the variance before the square root. Default 1e-5. */
  readonly epsilon?: number;
  /** Apply max(0, ·) last. Default false. */
  readonly relu?: boolean;
  /** Added after normalisation and before ReLU: the shortcut of a block (section 3.2, y = F(x) + x). Shape of y. */
  readonly residual?: Tensor4D;
}

export interface BatchNormOptions extends BatchNormInferenceOptions {
  /** Fraction of the batch statistic in the new running statistic. Default 0.1. */
  readonly runningFraction?: number;
}

/** Result of batch norm in training: the activation and the new running statistics. The caller disposes all three. */
export interface NormalizedWithStatistics {
  readonly y: Tensor4D;
  readonly running: ChannelStatistics;
}
