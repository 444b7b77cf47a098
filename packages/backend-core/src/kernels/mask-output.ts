import { expected, ShapeError } from '@resnet-ts/tensor-ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';
import { floatsOf } from './shapes.js';

/** The activation that the ReLU mask is read from; null where it follows from what was normalised. */
export function maskOutput(
  backend: KernelBackend,
  y: TensorInfo | undefined,
  shape: readonly number[],
  { relu, hasResidual }: { readonly relu: boolean; readonly hasResidual: boolean },
): Float32Array | null {
  if (!relu || !hasResidual) return null;
  if (y === undefined) throw new ShapeError(expected('a tensor', 'y', y, 'relu of a residual sum needs it'));
  return floatsOf(backend, y, shape, 'y');
}
