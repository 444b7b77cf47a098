/**
 * Pooling as strided slices, one for each pixel of the window. Slower than the stock kernels, but these disagree:
 * wasm's MaxPoolGrad gives 0 for windows whose maximum is negative, and stock average pooling never counts padding.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { AveragePoolingAttributes, AveragePoolingGradientAttributes, PoolingAttributes } from '../kernels.js';
import { windowOutput } from '../shape/window-geometry.js';
import type { WindowTap } from './spatial.js';
import { padImage, spatialSlice, spatialSpread, unpadImage } from './spatial.js';

function windowTaps([, height, width]: readonly number[], attributes: PoolingAttributes): WindowTap[] {
  const { windowSize, stride } = attributes;
  const [outputHeight, outputWidth] = windowOutput([height ?? 0, width ?? 0], [windowSize, windowSize], attributes);
  return Array.from({ length: windowSize * windowSize }, (_, tap) => ({
    row: Math.floor(tap / windowSize),
    column: tap % windowSize,
    stride,
    outputHeight,
    outputWidth,
  }));
}

/** Padding is −∞ here, so that it never wins. */
export function referenceMaxPool(x: Tensor4D, attributes: PoolingAttributes): Tensor4D {
  return tf.tidy(() => {
    const padded = padImage(x, attributes.padding, -Infinity);
    return windowTaps(x.shape, attributes)
      .map((tap) => spatialSlice(padded, tap))
      .reduce((largest, seen) => tf.maximum(largest, seen));
  });
}

/** dy goes to the first pixel of each window, in row-major order, that holds the maximum. */
export function referenceMaxPoolGradient(dy: Tensor4D, x: Tensor4D, attributes: PoolingAttributes): Tensor4D {
  return tf.tidy(() => {
    const padded = padImage(x, attributes.padding, -Infinity);
    const taps = windowTaps(x.shape, attributes);
    const largest = referenceMaxPool(x, attributes);
    let untaken: Tensor4D = tf.onesLike(dy);
    let sum: Tensor4D = tf.zerosLike(padded);
    for (const tap of taps) {
      const wins = tf.mul<Tensor4D>(tf.cast(tf.equal(spatialSlice(padded, tap), largest), 'float32'), untaken);
      untaken = tf.sub(untaken, wins);
      sum = tf.add(sum, spatialSpread(tf.mul(dy, wins), tap, [padded.shape[1], padded.shape[2]]));
    }
    return unpadImage(sum, attributes.padding, x.shape);
  });
}

/** Sum over the window, divided by the whole window or by its pixels inside the image. */
export function referenceAveragePool(x: Tensor4D, attributes: AveragePoolingAttributes): Tensor4D {
  return tf.tidy(() => {
    const padded = padImage(x, attributes.padding);
    const sum = windowTaps(x.shape, attributes)
      .map((tap) => spatialSlice(padded, tap))
      .reduce((total, seen) => tf.add(total, seen));
    return tf.div(sum, windowCounts(x.shape, attributes));
  });
}

export function referenceAveragePoolGradient(dy: Tensor4D, attributes: AveragePoolingGradientAttributes): Tensor4D {
  return tf.tidy(() => {
    const { inputShape, padding } = attributes;
    const [, height, width] = inputShape;
    const paddedSize = [height + padding.top + padding.bottom, width + padding.left + padding.right] as const;
    const share = tf.div<Tensor4D>(dy, windowCounts(inputShape, attributes));
    const sum = windowTaps(inputShape, attributes)
      .map((tap) => spatialSpread(share, tap, paddedSize))
      .reduce((total, spread) => tf.add(total, spread));
    return unpadImage(sum, padding, inputShape);
  });
}

/** The divisor of each output pixel, `[1, OH, OW, 1]`. */
function windowCounts(inputShape: readonly number[], attributes: AveragePoolingAttributes): Tensor4D {
  const { windowSize, stride, padding, countPadding } = attributes;
  const [, height = 0, width = 0] = inputShape;
  const [outputHeight, outputWidth] = windowOutput([height, width], [windowSize, windowSize], attributes);
  const inside = (position: number, before: number, size: number): number => {
    const start = position * stride - before;
    return Math.min(start + windowSize, size) - Math.max(start, 0);
  };
  const counts = Float32Array.from({ length: outputHeight * outputWidth }, (_, pixel) => {
    if (countPadding) return windowSize * windowSize;
    const row = Math.floor(pixel / outputWidth);
    return inside(row, padding.top, height) * inside(pixel % outputWidth, padding.left, width);
  });
  return tf.tensor4d(counts, [1, outputHeight, outputWidth, 1]);
}
