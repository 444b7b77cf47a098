import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { execute } from '../dispatch/execute.js';
import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import type { ZeroPadShortcutAttributes } from '../kernels.js';
import { ZERO_PAD_SHORTCUT, ZERO_PAD_SHORTCUT_GRADIENT } from '../kernels.js';
import { spatialSlice, spatialSpread } from '../reference/spatial.js';
import { assertInteger } from '../shape/assert-value.js';
import { assertTensor } from '../shape/assert-tensor.js';

export interface ZeroPadShortcutOptions {
  /** Pixels between those kept, both axes. */
  readonly stride: number;
  /** Channels of the output, at least those of x. */
  readonly outputChannels: number;
  /** Zero channels after the existing ones, or half before and half after (the extra one after). */
  readonly placement: 'end' | 'symmetric';
}

/**
 * The parameter-free shortcut, option A (section 3.3): every stride-th pixel, zeros for the new channels.
 *
 * @param x `[N, H, W, C]` float32
 * @returns `[N, ceil(H / stride), ceil(W / stride), outputChannels]`
 * @throws ShapeError when x is not such a tensor; ArgumentError for fewer output channels than x has, or bad options
 * @example
 * zeroPadShortcut(tf.ones([1, 32, 32, 16]), { stride: 2, outputChannels: 32, placement: 'end' }); // [1, 16, 16, 32]
 */
export function zeroPadShortcut(x: Tensor4D, { stride, outputChannels, placement }: ZeroPadShortcutOptions): Tensor4D {
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertInteger(stride, 'stride', 1);
  const inputShape = x.shape;
  const [, height, width, channels] = inputShape;
  assertInteger(outputChannels, 'outputChannels', channels);
  if (placement !== 'end' && placement !== 'symmetric') {
    throw new ArgumentError(expected("'end' or 'symmetric'", 'placement', placement));
  }
  const added = outputChannels - channels;
  const channelsBefore = placement === 'end' ? 0 : Math.floor(added / 2);
  const attributes: ZeroPadShortcutAttributes = { stride, outputChannels, channelsBefore };
  const outputHeight = Math.ceil(height / stride);
  const outputWidth = Math.ceil(width / stride);
  const tap = { row: 0, column: 0, stride, outputHeight, outputWidth };

  const run = ([input]: readonly Tensor[]): Tensor4D => {
    const image = input as Tensor4D;
    const [y] = execute(ZERO_PAD_SHORTCUT, { x: image }, attributes, () => [
      tf.pad(spatialSlice(image, tap), [
        [0, 0],
        [0, 0],
        [0, 0],
        [channelsBefore, added - channelsBefore],
      ]),
    ]);
    return y as Tensor4D;
  };
  const gradient = (dy: Tensor4D): Tensor[] =>
    execute(ZERO_PAD_SHORTCUT_GRADIENT, { dy }, { ...attributes, inputShape }, () => {
      const kept = tf.slice(dy, [0, 0, 0, channelsBefore], [inputShape[0], outputHeight, outputWidth, channels]);
      return [spatialSpread(kept, tap, [height, width])];
    });
  return attachGradient(run([x]), [x], [], gradient, { recompute: { from: [x], run } });
}
