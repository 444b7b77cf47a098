import * as tf from '@tensorflow/tfjs-core';
import type { Rank, ShapeMap, Tensor } from '@tensorflow/tfjs-core';

/** The mixing step of SplitMix, 32 bits: a pure function of (seed, index). Not the generator under test. */
function mixedUniform(seed: number, index: number): number {
  let bits = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return ((bits ^ (bits >>> 15)) >>> 0) / 4294967296;
}

export interface SeededOptions {
  /** Default −1. */
  readonly minimum?: number;
  /** Default 1. */
  readonly maximum?: number;
}

/** Uniform float32 values, the same for the same seed everywhere. */
export function seededValues(
  size: number,
  seed: number,
  { minimum = -1, maximum = 1 }: SeededOptions = {},
): Float32Array {
  return Float32Array.from({ length: size }, (_, index) => minimum + (maximum - minimum) * mixedUniform(seed, index));
}

/**
 * A float32 tensor of uniform values, the same for the same seed everywhere.
 *
 * @example
 * const x = seededTensor([2, 8, 8, 3], 1);
 */
export function seededTensor<R extends Rank>(shape: ShapeMap[R], seed: number, options: SeededOptions = {}): Tensor<R> {
  const size = shape.reduce((product: number, length: number) => product * length, 1);
  return tf.tensor<R>(seededValues(size, seed, options), shape, 'float32');
}
