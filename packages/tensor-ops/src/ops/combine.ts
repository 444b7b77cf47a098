/** How blocks put two tensors together outside of a fused operation; only the gradients are ours. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { withoutRecording } from '../autodiff/recording.js';
import { expected } from '../errors/expected.js';
import { ShapeError } from '../errors/residual-error.js';
import { assertShape, assertTensor } from '../shape/assert-tensor.js';
import { assertBoolean } from '../shape/assert-value.js';

/**
 * y = [ReLU](a + b): branch and shortcut, where something stands between the last batch norm and the addition, or no
 * batch norm comes last (pre-activation).
 *
 * @param a `[N, H, W, C]` float32
 * @param b the same shape
 * @param options.relu apply max(0, ·) last; its gradient at 0 is 0. Default false
 * @throws ShapeError when shapes do not agree; ArgumentError for a bad option
 * @example
 * add(tf.ones([1, 2, 2, 3]), tf.ones([1, 2, 2, 3])); // all 2
 */
export function add(a: Tensor4D, b: Tensor4D, { relu = false }: { readonly relu?: boolean } = {}): Tensor4D {
  assertTensor(a, 'a', '[N, H, W, C]', 4);
  assertTensor(b, 'b', '[N, H, W, C]', 4);
  assertShape(b, 'b', a.shape, 'that of what it is added to');
  assertBoolean(relu, 'relu');
  const y = withoutRecording(() =>
    tf.tidy(() => {
      const sum = tf.add<Tensor4D>(a, b);
      return relu ? tf.relu(sum) : sum;
    }),
  );
  return attachGradient(y, [a, b], relu ? [y] : [], (dy, [savedY]) => {
    const gradient = savedY === undefined ? tf.clone(dy) : tf.tidy(() => tf.mul(dy, tf.step(savedY)));
    return [gradient, tf.clone(gradient)];
  });
}

/**
 * The sigmoid 1 / (1 + e^−x): what opens and closes a gate.
 *
 * @param x float32, any shape
 * @throws ShapeError when x is not a float32 tensor
 * @example
 * sigmoid(tf.tensor1d([0])); // [0.5]
 */
export function sigmoid<T extends tf.Tensor>(x: T): T {
  assertTensor(x, 'x', 'of any shape', x?.rank ?? 0);
  const y = withoutRecording(() => tf.sigmoid<T>(x));
  return attachGradient(y, [x], [y], (dy, [savedY]) =>
    tf.tidy(() => [tf.mul(dy, tf.mul(savedY as tf.Tensor, tf.sub(1, savedY as tf.Tensor)))]),
  );
}

/**
 * Every channel of every image by a factor of its own: the last step of squeeze-and-excitation (arXiv 1709.01507, Eq. 4).
 *
 * @param x `[N, H, W, C]` float32
 * @param factors `[N, C]` float32
 * @returns `[N, H, W, C]`
 * @throws ShapeError when shapes do not agree
 * @example
 * scaleChannels(tf.ones([1, 2, 2, 2]), tf.tensor2d([[0, 3]])); // channels of 0 and of 3
 */
export function scaleChannels(x: Tensor4D, factors: Tensor2D): Tensor4D {
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertTensor(factors, 'factors', '[N, C]', 2);
  const [batch, , , channels] = x.shape;
  if (factors.shape[0] !== batch || factors.shape[1] !== channels) {
    throw new ShapeError(expected(`shape [${batch}, ${channels}]`, 'factors', factors.shape));
  }
  const overImage = (values: tf.Tensor) => tf.reshape(values, [batch, 1, 1, channels]);
  const y = withoutRecording(() => tf.tidy(() => tf.mul<Tensor4D>(x, overImage(factors))));
  return attachGradient(y, [x, factors], [x, factors], (dy, saved) => {
    const [savedX, savedFactors] = saved as [Tensor4D, Tensor2D];
    return tf.tidy(() => [tf.mul(dy, overImage(savedFactors)), tf.sum(tf.mul(dy, savedX), [1, 2])]);
  });
}

/**
 * y = t·h + (1 − t)·x: a highway network's mixture of transform and carry (arXiv 1505.00387, Eq. 3).
 *
 * @param h what the layer makes of its input, `[N, H, W, C]` float32
 * @param x what is carried past it, the same shape
 * @param t the transform gate in [0, 1], the same shape
 * @throws ShapeError when shapes do not agree
 * @example
 * gatedSum(tf.ones([1, 1, 1, 1]), tf.zeros([1, 1, 1, 1]), tf.fill([1, 1, 1, 1], 0.25)); // 0.25
 */
export function gatedSum(h: Tensor4D, x: Tensor4D, t: Tensor4D): Tensor4D {
  assertTensor(h, 'h', '[N, H, W, C]', 4);
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertTensor(t, 't', '[N, H, W, C]', 4);
  assertShape(x, 'x', h.shape, 'that of h');
  assertShape(t, 't', h.shape, 'that of h');
  const y = withoutRecording(() => tf.tidy(() => tf.add<Tensor4D>(x, tf.mul(t, tf.sub(h, x)))));
  return attachGradient(y, [h, x, t], [h, x, t], (dy, saved) => {
    const [savedH, savedX, savedT] = saved as [Tensor4D, Tensor4D, Tensor4D];
    return tf.tidy(() => [
      tf.mul(dy, savedT),
      tf.mul(dy, tf.sub(1, savedT)),
      tf.mul(dy, tf.sub<tf.Tensor>(savedH, savedX)),
    ]);
  });
}
