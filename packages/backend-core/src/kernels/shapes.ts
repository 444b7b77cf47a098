import { expected, ShapeError } from '@resnet-ts/tensor-ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';

/** `[N, H, W, C]` of images, or `[kH, kW, Cin, Cout]` of a filter. */
export type Shape4 = readonly [number, number, number, number];

function fail(what: string, name: string, shape: readonly number[]): never {
  throw new ShapeError(expected(what, name, shape));
}

/** The shape of a tensor of rank 4. @throws ShapeError for another rank */
export function shape4(tensor: TensorInfo, name: string): Shape4 {
  const [a, b, c, d] = tensor.shape;
  if (tensor.shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    return fail('a tensor of rank 4', name, tensor.shape);
  }
  return [a, b, c, d];
}

/** The shape of a matrix. @throws ShapeError for another rank */
export function shape2(tensor: TensorInfo, name: string): readonly [number, number] {
  const [rows, columns] = tensor.shape;
  if (tensor.shape.length !== 2 || rows === undefined || columns === undefined) {
    return fail('a tensor of rank 2', name, tensor.shape);
  }
  return [rows, columns];
}

/** Values of a float32 tensor that must have exactly this shape. @throws ShapeError otherwise */
export function floatsOf(
  backend: KernelBackend,
  tensor: TensorInfo,
  shape: readonly number[],
  name: string,
): Float32Array {
  if (!sameShape(tensor.shape, shape)) fail(`shape [${shape.join(', ')}]`, name, tensor.shape);
  return backend.floats(tensor);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Length of one output axis of a window that slides over a padded input axis. @throws ShapeError when it does not fit */
export function slidingSize(input: number, window: number, stride: number, padding: number, name: string): number {
  const size = Math.floor((input + padding - window) / stride) + 1;
  if (size < 1) fail(`an input axis of at least ${window - padding} pixels`, name, [input]);
  return size;
}
