import type { PoolingAttributes } from '@resnet-ts/tensor-ops/kernels';
import { expected, ShapeError } from '@resnet-ts/tensor-ops';
import { integersOf } from './attributes.js';
import { slidingSize } from './shapes.js';
import type { Shape4 } from './shapes.js';

/** Every size of one pooling. */
export interface PoolingGeometry {
  readonly input: Shape4;
  readonly output: Shape4;
  readonly attributes: PoolingAttributes;
}

/** @throws ShapeError when the window does not fit, or a window could lie wholly in the padding */
export function poolingGeometry(input: Shape4, attributes: PoolingAttributes): PoolingGeometry {
  const { windowSize, stride, padding } = attributes;
  const { top, bottom, left, right } = padding;
  if (Math.max(top, bottom, left, right) >= windowSize) {
    throw new ShapeError(expected(`padding below the window of ${windowSize}`, 'padding', [top, bottom, left, right]));
  }
  const height = slidingSize(input[1], windowSize, stride, top + bottom, 'height');
  const width = slidingSize(input[2], windowSize, stride, left + right, 'width');
  return { input, output: [input[0], height, width, input[3]], attributes };
}

/** The fields of the C++ PoolingShape in order, then `countPadding`. */
export function poolingIntegers({ input, output, attributes }: PoolingGeometry, countPadding = false): Int32Array {
  const { windowSize, stride, padding } = attributes;
  return integersOf(...input, windowSize, stride, padding.top, padding.left, output[1], output[2], countPadding);
}
