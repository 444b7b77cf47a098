import { Tensor } from '@tensorflow/tfjs-core';
import { expected } from '../errors/expected.js';
import { ShapeError } from '../errors/residual-error.js';

/**
 * Checks that a value is a float32 tensor of the rank that `layout` spells, such as `[N, H, W, C]`.
 *
 * @throws ShapeError naming the parameter, the layout and what came
 */
export function assertTensor(value: Tensor, parameter: string, layout: string, rank: number): void {
  if (!(value instanceof Tensor)) throw new ShapeError(expected(`a tensor ${layout}`, parameter, value));
  if (value.rank !== rank) {
    throw new ShapeError(expected(`shape ${layout} (rank ${rank})`, parameter, value.shape));
  }
  if (value.dtype !== 'float32') {
    throw new ShapeError(expected('dtype float32', parameter, value.dtype, 'convert it with tf.cast first'));
  }
}

/** Checks a per-channel vector `[channels]`. */
export function assertChannelVector(value: Tensor, parameter: string, channels: number): void {
  assertTensor(value, parameter, '[C]', 1);
  if (value.shape[0] !== channels) {
    throw new ShapeError(expected(`shape [${channels}], one value per channel,`, parameter, value.shape));
  }
}

/** Checks that a tensor has exactly this shape. */
export function assertShape(value: Tensor, parameter: string, shape: readonly number[], because: string): void {
  const same = value.rank === shape.length && shape.every((size, axis) => value.shape[axis] === size);
  if (!same) throw new ShapeError(expected(`shape [${shape.join(', ')}] (${because})`, parameter, value.shape));
}
