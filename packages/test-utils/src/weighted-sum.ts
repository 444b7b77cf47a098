import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/**
 * Σ weights·y, differentiable by y without any gradient registered in tfjs: turns an operation of many outputs into a
 * loss whose gradient shows every one of them.
 *
 * @param weights values of the shape of y
 */
export function weightedSum(y: Tensor, weights: Float32Array): Scalar {
  return tf.customGrad<Scalar>((value) => ({
    value: tf.tidy(() => tf.sum<Scalar>(tf.mul(value as Tensor, tf.tensor(weights, y.shape)))),
    gradFunc: (dy) => tf.tidy(() => tf.mul(tf.tensor(weights, y.shape), dy)),
  }))(y);
}
