import type { Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { execute } from '../dispatch/execute.js';
import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import type { PoolingAttributes } from '../kernels.js';
import { AVERAGE_POOL, AVERAGE_POOL_GRADIENT, MAX_POOL, MAX_POOL_GRADIENT } from '../kernels.js';
import {
  referenceAveragePool,
  referenceAveragePoolGradient,
  referenceMaxPool,
  referenceMaxPoolGradient,
} from '../reference/pooling.js';
import { assertBoolean, assertInteger } from '../shape/assert-value.js';
import { assertTensor } from '../shape/assert-tensor.js';
import type { WindowOptions } from '../shape/window-geometry.js';
import { windowGeometry, windowOutput } from '../shape/window-geometry.js';

export interface PoolingOptions extends WindowOptions {
  /** Height and width of the window, pixels. */
  readonly windowSize: number;
}

export interface AveragePoolingOptions extends PoolingOptions {
  /** Divide by the whole window (true, the default, as PyTorch) or by its pixels inside the image. */
  readonly countPadding?: boolean;
}

function poolingAttributes(x: Tensor4D, options: PoolingOptions): PoolingAttributes {
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  const { windowSize } = options;
  assertInteger(windowSize, 'windowSize', 1);
  const geometry = windowGeometry(options);
  const { top, bottom, left, right } = geometry.padding;
  const largest = Math.max(top, bottom, left, right);
  if (largest >= windowSize) {
    const remedy = 'a window that lies in the padding alone has nothing to pool';
    throw new ArgumentError(expected(`less than the window's ${windowSize} pixels`, 'padding', largest, remedy));
  }
  windowOutput([x.shape[1], x.shape[2]], [windowSize, windowSize], geometry);
  return { ...geometry, windowSize };
}

/**
 * Largest value of each window (the 3×3 pool of stride 2 after conv1, table 1). Padding never wins. The gradient of a
 * tie goes to the first pixel in row-major order, as in PyTorch.
 *
 * @param x `[N, H, W, C]` float32
 * @returns `[N, OH, OW, C]` with OH = floor((H + top + bottom − windowSize) / stride) + 1
 * @throws ShapeError when the window does not fit; ArgumentError for bad options or padding >= windowSize
 * @example
 * const y = maxPool(tf.ones([1, 112, 112, 64]), { windowSize: 3, stride: 2, padding: 1 }); // [1, 56, 56, 64]
 */
export function maxPool(x: Tensor4D, options: PoolingOptions): Tensor4D {
  const attributes = poolingAttributes(x, options);
  const [y] = execute(MAX_POOL, { x }, attributes, () => [referenceMaxPool(x, attributes)]);
  return attachGradient(y as Tensor4D, [x], [x], (dy, saved) => {
    const [savedX] = saved as [Tensor4D];
    return execute(MAX_POOL_GRADIENT, { dy, x: savedX }, attributes, () => [
      referenceMaxPoolGradient(dy, savedX, attributes),
    ]);
  });
}

/**
 * Mean of each window.
 *
 * @param x `[N, H, W, C]` float32
 * @returns `[N, OH, OW, C]` with OH = floor((H + top + bottom − windowSize) / stride) + 1
 * @throws ShapeError when the window does not fit; ArgumentError for bad options or padding >= windowSize
 * @example
 * const y = averagePool(tf.ones([1, 8, 8, 4]), { windowSize: 2, stride: 2 }); // [1, 4, 4, 4]
 */
export function averagePool(x: Tensor4D, options: AveragePoolingOptions): Tensor4D {
  const { countPadding = true } = options;
  assertBoolean(countPadding, 'countPadding');
  const attributes = { ...poolingAttributes(x, options), countPadding };
  const inputShape = x.shape;
  const [y] = execute(AVERAGE_POOL, { x }, attributes, () => [referenceAveragePool(x, attributes)]);
  return attachGradient(y as Tensor4D, [x], [], (dy) => {
    const gradientAttributes = { ...attributes, inputShape };
    return execute(AVERAGE_POOL_GRADIENT, { dy }, gradientAttributes, () => [
      referenceAveragePoolGradient(dy, gradientAttributes),
    ]);
  });
}
