/** The few operations that stock tfjs kernels serve well on every backend; only their gradients are ours. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { withoutRecording } from '../autodiff/recording.js';
import { expected } from '../errors/expected.js';
import { ShapeError } from '../errors/residual-error.js';
import { assertTensor } from '../shape/assert-tensor.js';

/**
 * max(0, x). The gradient at 0 is 0, as in PyTorch.
 *
 * @param x float32, any shape
 * @throws ShapeError when x is not a float32 tensor
 * @example
 * relu(tf.tensor1d([-1, 0, 2])); // [0, 0, 2]
 */
export function relu<T extends Tensor>(x: T): T {
  assertTensor(x, 'x', `of any shape`, x?.rank ?? 0);
  const y = withoutRecording(() => tf.relu<T>(x));
  return attachGradient(y, [x], [y], (dy, saved) => {
    const [savedY] = saved as [Tensor];
    return tf.tidy(() => [tf.mul(dy, tf.step(savedY))]);
  });
}

/**
 * Adds one value per channel, the last axis: the bias of a convolution without batch norm (VGG).
 *
 * @param x `[..., C]` float32
 * @param bias `[C]` float32
 * @throws ShapeError when the channels do not agree
 * @example
 * biasAdd(tf.zeros([1, 2, 2, 3]), tf.tensor1d([1, 2, 3]));
 */
export function biasAdd<T extends Tensor>(x: T, bias: Tensor1D): T {
  assertTensor(x, 'x', '[..., C]', Math.max(1, x?.rank ?? 1));
  assertTensor(bias, 'bias', '[C]', 1);
  if (x.shape.at(-1) !== bias.shape[0]) {
    throw new ShapeError(expected(`shape [${x.shape.at(-1)}] (x is [${x.shape.join(', ')}])`, 'bias', bias.shape));
  }
  const y = withoutRecording(() => tf.add<T>(x, bias));
  const otherAxes = x.shape.slice(1).map((_, axis) => axis);
  return attachGradient(y, [x, bias], [], (dy) => [tf.clone(dy), tf.sum(dy, otherAxes)]);
}

/**
 * All values of each example in one row, ordered by row, column, channel.
 *
 * @param x `[N, ...]` float32
 * @returns `[N, product of the rest]`; shares the memory of x
 * @throws ShapeError when x is a scalar or not float32
 * @example
 * flatten(tf.ones([2, 7, 7, 512])); // [2, 25088]
 */
export function flatten(x: Tensor): Tensor2D {
  assertTensor(x, 'x', '[N, ...]', Math.max(1, x?.rank ?? 1));
  const inputShape = x.shape;
  const [batch = 0, ...rest] = inputShape;
  const features = rest.reduce((product, size) => product * size, 1);
  const y = withoutRecording(() => tf.reshape<Tensor2D['rankType']>(x, [batch, features])) as Tensor2D;
  return attachGradient(y, [x], [], (dy) => [tf.reshape(dy, inputShape)]);
}
