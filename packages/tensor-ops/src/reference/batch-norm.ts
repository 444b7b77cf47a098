/** Batch norm from stock tfjs ops, over the batch and both spatial axes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes, BatchNormTrainingAttributes } from '../kernels.js';

const PIXELS = [0, 1, 2];

/** γ·(z − μ)/√(σ² + ε) + β, then + residual, then max(0, ·) */
export function referenceNormalize(
  z: Tensor4D,
  scaleAndShift: { readonly gamma: Tensor1D; readonly beta: Tensor1D },
  statistics: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  { epsilon, relu }: BatchNormAttributes,
  residual?: Tensor4D,
): Tensor4D {
  return tf.tidy(() => {
    const inverseDeviation = tf.rsqrt(tf.add(statistics.variance, epsilon));
    const scale = tf.mul(scaleAndShift.gamma, inverseDeviation);
    let y = tf.add<Tensor4D>(tf.mul(tf.sub(z, statistics.mean), scale), scaleAndShift.beta);
    if (residual !== undefined) y = tf.add(y, residual);
    return relu ? tf.relu(y) : y;
  });
}

/**
 * Mean and biased variance of each channel, in two passes: the mean first, then the mean of the squared deviations.
 * The one-pass form (mean of squares minus square of the mean) cancels in float32 when the mean is large.
 */
export function referenceStatistics(z: Tensor4D): { mean: Tensor1D; variance: Tensor1D } {
  const mean = tf.mean<Tensor1D>(z, PIXELS);
  return { mean, variance: tf.mean<Tensor1D>(tf.square(tf.sub(z, mean)), PIXELS) };
}

/** new = (1 − f)·old + f·batch, with the unbiased batch variance (n / (n − 1)). */
export function referenceRunningStatistics(
  old: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  batch: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  valuesPerChannel: number,
  runningFraction: number,
): { mean: Tensor1D; variance: Tensor1D } {
  const kept = 1 - runningFraction;
  const unbiased = (runningFraction * valuesPerChannel) / (valuesPerChannel - 1);
  return {
    mean: tf.add(tf.mul(old.mean, kept), tf.mul(batch.mean, runningFraction)),
    variance: tf.add(tf.mul(old.variance, kept), tf.mul(batch.variance, unbiased)),
  };
}

/** z and the running statistics → [y, mean, variance, newRunningMean, newRunningVariance] */
export function referenceBatchNorm(
  z: Tensor4D,
  scaleAndShift: { readonly gamma: Tensor1D; readonly beta: Tensor1D },
  running: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  attributes: BatchNormTrainingAttributes,
  residual?: Tensor4D,
): Tensor[] {
  return tf.tidy(() => {
    const [batch, height, width] = z.shape;
    const statistics = referenceStatistics(z);
    const updated = referenceRunningStatistics(running, statistics, batch * height * width, attributes.runningFraction);
    const y = referenceNormalize(z, scaleAndShift, statistics, attributes, residual);
    return [y, statistics.mean, statistics.variance, updated.mean, updated.variance];
  });
}

/**
 * Gradient through the batch statistics. With g = dy masked by relu, x̂ = (z − μ)/√(σ² + ε) and n values a channel:
 * dβ = Σg, dγ = Σ g·x̂, dz = γ/√(σ² + ε) · (g − dβ/n − x̂·dγ/n).
 *
 * @returns dz, dGamma, dBeta and the masked dy, which is the gradient of the residual
 */
export function referenceBatchNormGradient(
  dy: Tensor4D,
  y: Tensor4D,
  z: Tensor4D,
  gamma: Tensor1D,
  statistics: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  { epsilon, relu }: BatchNormAttributes,
): { dz: Tensor4D; dGamma: Tensor1D; dBeta: Tensor1D; masked: Tensor4D } {
  return tf.tidy(() => {
    const [batch, height, width] = z.shape;
    const valuesPerChannel = batch * height * width;
    const masked = maskByRelu(dy, y, relu);
    const inverseDeviation = tf.rsqrt(tf.add(statistics.variance, epsilon));
    const normalized = tf.mul<Tensor4D>(tf.sub(z, statistics.mean), inverseDeviation);
    const dBeta = tf.sum<Tensor1D>(masked, PIXELS);
    const dGamma = tf.sum<Tensor1D>(tf.mul(masked, normalized), PIXELS);
    const centred = tf.sub(masked, tf.div(dBeta, valuesPerChannel));
    const decorrelated = tf.sub(centred, tf.mul(normalized, tf.div(dGamma, valuesPerChannel)));
    const dz = tf.mul<Tensor4D>(decorrelated, tf.mul(gamma, inverseDeviation));
    return { dz, dGamma, dBeta, masked };
  });
}

/** Gradient with the statistics held fixed (frozen batch norm): dz = γ/√(σ² + ε) · g. */
export function referenceFrozenBatchNormGradient(
  dy: Tensor4D,
  y: Tensor4D,
  z: Tensor4D,
  gamma: Tensor1D,
  statistics: { readonly mean: Tensor1D; readonly variance: Tensor1D },
  { epsilon, relu }: BatchNormAttributes,
): { dz: Tensor4D; dGamma: Tensor1D; dBeta: Tensor1D; masked: Tensor4D } {
  return tf.tidy(() => {
    const masked = maskByRelu(dy, y, relu);
    const inverseDeviation = tf.rsqrt(tf.add(statistics.variance, epsilon));
    const normalized = tf.mul<Tensor4D>(tf.sub(z, statistics.mean), inverseDeviation);
    return {
      dz: tf.mul<Tensor4D>(masked, tf.mul(gamma, inverseDeviation)),
      dGamma: tf.sum<Tensor1D>(tf.mul(masked, normalized), PIXELS),
      dBeta: tf.sum<Tensor1D>(masked, PIXELS),
      masked,
    };
  });
}

/** dy where y > 0, else 0. Always a fresh tensor object. */
function maskByRelu(dy: Tensor4D, y: Tensor4D, relu: boolean): Tensor4D {
  return relu ? tf.mul(dy, tf.step(y)) : tf.clone(dy);
}
