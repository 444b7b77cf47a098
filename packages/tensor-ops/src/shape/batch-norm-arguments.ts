import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { expected } from '../errors/expected.js';
import { ShapeError } from '../errors/residual-error.js';
import type { BatchNormAttributes, BatchNormTrainingAttributes } from '../kernels.js';
import { assertNumber } from './assert-value.js';
import { assertChannelVector, assertShape, assertTensor } from './assert-tensor.js';

/** The tensors of batch norm apart from its input, to be checked against the shape of its output. */
interface BatchNormTensors {
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
  readonly residual: Tensor4D | undefined;
}

/** Checks every tensor of batch norm against the shape `[N, H, W, C]` of its output. @throws ShapeError */
export function assertBatchNormTensors(tensors: BatchNormTensors, outputShape: readonly number[]): void {
  const channels = outputShape[3] ?? 0;
  assertChannelVector(tensors.gamma, 'gamma', channels);
  assertChannelVector(tensors.beta, 'beta', channels);
  assertChannelVector(tensors.mean, 'running mean', channels);
  assertChannelVector(tensors.variance, 'running variance', channels);
  if (tensors.residual !== undefined) {
    assertTensor(tensors.residual, 'residual', '[N, H, W, C]', 4);
    assertShape(tensors.residual, 'residual', outputShape, 'that of the output it is added to');
  }
}

/** Fills in the defaults of the inference form. @throws ArgumentError */
export function batchNormAttributes(options: {
  readonly epsilon?: number;
  readonly relu?: boolean;
}): BatchNormAttributes {
  const { epsilon = 1e-5, relu = false } = options;
  assertNumber(epsilon, 'epsilon', 0);
  return { epsilon, relu };
}

/** Fills in the defaults of the training form. @throws ArgumentError, ShapeError when there is one value a channel */
export function batchNormTrainingAttributes(
  options: { readonly epsilon?: number; readonly relu?: boolean; readonly runningFraction?: number },
  outputShape: readonly number[],
): BatchNormTrainingAttributes {
  const { runningFraction = 0.1 } = options;
  assertNumber(runningFraction, 'runningFraction', 0, 1);
  const [batch = 0, height = 0, width = 0] = outputShape;
  if (batch * height * width < 2) {
    const remedy = 'one value has no variance: use a larger batch or image, or the inference form';
    throw new ShapeError(expected('at least 2 values per channel (N·H·W)', 'x', [...outputShape], remedy));
  }
  return { ...batchNormAttributes(options), runningFraction };
}
