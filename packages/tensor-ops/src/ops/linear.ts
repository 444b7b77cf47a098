import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { execute } from '../dispatch/execute.js';
import { expected } from '../errors/expected.js';
import { ShapeError } from '../errors/residual-error.js';
import { LINEAR, LINEAR_GRADIENT } from '../kernels.js';
import { assertShape, assertTensor } from '../shape/assert-tensor.js';

/**
 * Fully connected layer: y = x·W + b.
 *
 * @param x `[N, in]` float32
 * @param weight `[in, out]` float32 (the transpose of PyTorch's)
 * @param bias `[out]` float32
 * @returns `[N, out]`
 * @throws ShapeError when shapes do not agree
 * @example
 * const logits = linear(tf.ones([2, 64]), tf.ones([64, 10]), tf.zeros([10])); // [2, 10]
 */
export function linear(x: Tensor2D, weight: Tensor2D, bias: Tensor1D): Tensor2D {
  assertTensor(x, 'x', '[N, in]', 2);
  assertTensor(weight, 'weight', '[in, out]', 2);
  assertTensor(bias, 'bias', '[out]', 1);
  const [features, outputs] = weight.shape;
  if (x.shape[1] !== features) {
    throw new ShapeError(expected(`[N, ${features}] (weight is [${weight.shape.join(', ')}])`, 'x', x.shape));
  }
  assertShape(bias, 'bias', [outputs], 'one value an output');
  const [y] = execute(LINEAR, { x, weight, bias }, {}, () => [tf.add(tf.matMul(x, weight), bias)]);
  return attachGradient(y as Tensor2D, [x, weight, bias], [x, weight], (dy, saved) => {
    const [savedX, savedWeight] = saved as [Tensor2D, Tensor2D];
    return execute(LINEAR_GRADIENT, { dy, x: savedX, weight: savedWeight }, {}, () => [
      tf.matMul(dy, savedWeight, false, true),
      tf.matMul(savedX, dy, true, false),
      tf.sum(dy, 0),
    ]);
  });
}
