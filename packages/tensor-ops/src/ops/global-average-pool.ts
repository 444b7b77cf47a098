import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { execute } from '../dispatch/execute.js';
import { GLOBAL_AVERAGE_POOL, GLOBAL_AVERAGE_POOL_GRADIENT } from '../kernels.js';
import { assertTensor } from '../shape/assert-tensor.js';

/**
 * Mean of each channel over the image, which ends every residual network (table 1, section 4.2).
 *
 * @param x `[N, H, W, C]` float32
 * @returns `[N, C]`
 * @throws ShapeError when x is not such a tensor
 * @example
 * const y = globalAveragePool(tf.ones([2, 8, 8, 64])); // [2, 64]
 */
export function globalAveragePool(x: Tensor4D): Tensor2D {
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  const inputShape = x.shape;
  const [y] = execute(GLOBAL_AVERAGE_POOL, { x }, {}, () => [tf.mean(x, [1, 2])]);
  return attachGradient(y as Tensor2D, [x], [], (dy) =>
    execute(GLOBAL_AVERAGE_POOL_GRADIENT, { dy }, { inputShape }, () => {
      const [batch, height, width, channels] = inputShape;
      const share = tf.reshape(tf.div(dy, height * width), [batch, 1, 1, channels]);
      return [tf.tile(share, [1, height, width, 1])];
    }),
  );
}
