import { BATCH_NORM, BATCH_NORM_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type { BatchNormGradientAttributes, BatchNormTrainingAttributes } from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { integersOf, numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape4 } from './shapes.js';

interface ForwardInputs {
  x: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  runningMean: TensorInfo;
  runningVariance: TensorInfo;
  residual?: TensorInfo;
}

export const batchNorm = defineKernel<ForwardInputs, BatchNormTrainingAttributes>(
  BATCH_NORM,
  ({ inputs: { x, gamma, beta, runningMean, runningVariance, residual }, attributes, backend }) => {
    const shape = shape4(x, 'x');
    const channels = [shape[3]];
    const tensors = [
      backend.floats(x),
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, runningMean, channels, 'runningMean'),
      floatsOf(backend, runningVariance, channels, 'runningVariance'),
      residual === undefined ? null : floatsOf(backend, residual, shape, 'residual'),
    ];
    const outputs = [shape, channels, channels, channels, channels].map((size) => backend.output(size));
    backend.addon.batchNorm(
      integersOf(shape[3], attributes.relu),
      numbersOf(shape[0] * shape[1] * shape[2], attributes.epsilon, attributes.runningFraction),
      ...tensors,
      ...outputs.map((output) => output.values),
    );
    return outputs.map((output) => output.info);
  },
);

interface GradientInputs {
  dy: TensorInfo;
  /** Only read where relu is applied. */
  y?: TensorInfo;
  x: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
}

export const batchNormGradient = defineKernel<GradientInputs, BatchNormGradientAttributes>(
  BATCH_NORM_GRADIENT,
  ({ inputs: { dy, y, x, gamma, beta, mean, variance }, attributes, backend }) => {
    const shape = shape4(x, 'x');
    const channels = [shape[3]];
    const tensors = [
      floatsOf(backend, dy, shape, 'dy'),
      // Unread without relu; x stands in so that the pointer is never null.
      floatsOf(backend, y ?? x, shape, 'y'),
      backend.floats(x),
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, mean, channels, 'mean'),
      floatsOf(backend, variance, channels, 'variance'),
    ];
    const outputs = [shape, channels, channels].map((size) => backend.output(size));
    const dResidual = attributes.hasResidual ? backend.output(shape) : undefined;
    backend.addon.batchNormGradient(
      integersOf(shape[3], attributes.relu),
      numbersOf(shape[0] * shape[1] * shape[2], attributes.epsilon),
      ...tensors,
      ...outputs.map((output) => output.values),
      dResidual?.values ?? null,
    );
    return [...outputs, dResidual].flatMap((output) => (output === undefined ? [] : [output.info]));
  },
);
