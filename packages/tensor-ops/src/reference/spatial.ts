/** Moves of pixels that the references share: padding, strided slices, and the transpose of each. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Padding2d } from '../contracts/padding.js';

/** `[N, H, W, C]` → `[N, H + top + bottom, W + left + right, C]` */
export function padImage(x: Tensor4D, { top, bottom, left, right }: Padding2d, value = 0): Tensor4D {
  if (top + bottom + left + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

/** Cuts the padding off again. Always a fresh tensor object. */
export function unpadImage(
  padded: Tensor4D,
  { top, left }: Padding2d,
  [batch, height, width, channels]: readonly [number, number, number, number],
): Tensor4D {
  return tf.slice(padded, [0, top, left, 0], [batch, height, width, channels]);
}

/** Where one tap of a sliding window falls: output pixel (i, j) sees input pixel (row + i·stride, column + j·stride). */
export interface WindowTap {
  readonly row: number;
  readonly column: number;
  readonly stride: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
}

/** What every window sees through one of its taps: `[N, OH, OW, C]`. */
export function spatialSlice(x: Tensor4D, { row, column, stride, outputHeight, outputWidth }: WindowTap): Tensor4D {
  const [batch, , , channels] = x.shape;
  const end = [batch, row + (outputHeight - 1) * stride + 1, column + (outputWidth - 1) * stride + 1, channels];
  return tf.stridedSlice(x, [0, row, column, 0], end, [1, stride, stride, 1]) as Tensor4D;
}

/** The transpose of `spatialSlice`: puts `[N, OH, OW, C]` back where it was seen, zeros elsewhere. */
export function spatialSpread(y: Tensor4D, tap: WindowTap, [height, width]: readonly [number, number]): Tensor4D {
  const { row, column, stride, outputHeight, outputWidth } = tap;
  const [batch, , , channels] = y.shape;
  const gap = stride - 1;
  const spaced = tf.pad(tf.reshape(y, [batch, outputHeight, 1, outputWidth, channels]), [
    [0, 0],
    [0, 0],
    [0, gap],
    [0, 0],
    [0, gap * channels],
  ]);
  const spread = tf.reshape<tf.Rank.R4>(spaced, [batch, outputHeight * stride, outputWidth * stride, channels]);
  // The last row and column end in gaps that may reach beyond the image.
  const usedHeight = Math.min(outputHeight * stride, height - row);
  const usedWidth = Math.min(outputWidth * stride, width - column);
  const cut = tf.slice(spread, [0, 0, 0, 0], [batch, usedHeight, usedWidth, channels]);
  return tf.pad(cut, [
    [0, 0],
    [row, height - row - usedHeight],
    [column, width - column - usedWidth],
    [0, 0],
  ]);
}
