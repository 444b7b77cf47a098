import { BATCH_NORM, BATCH_NORM_GRADIENT, NORMALIZE } from '@resnet-ts/tensor-ops/kernels';
import type {
  BatchNormAttributes,
  BatchNormGradientAttributes,
  BatchNormTrainingAttributes,
} from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { integersOf, numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { maskOutput } from './mask-output.js';
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
    backend.engine.batchNorm(
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
  /** Given where both relu and a residual are. */
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
      maskOutput(backend, y, shape, attributes),
      backend.floats(x),
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, mean, channels, 'mean'),
      floatsOf(backend, variance, channels, 'variance'),
    ];
    const outputs = [shape, channels, channels].map((size) => backend.output(size));
    const dResidual = attributes.hasResidual ? backend.output(shape) : undefined;
    backend.engine.batchNormGradient(
      integersOf(shape[3], attributes.relu),
      numbersOf(shape[0] * shape[1] * shape[2], attributes.epsilon),
      ...tensors,
      ...outputs.map((output) => output.values),
      dResidual?.values ?? null,
    );
    return [...outputs, dResidual].flatMap((output) => (output === undefined ? [] : [output.info]));
  },
);

interface NormalizeInputs {
  z: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
  residual?: TensorInfo;
}

export const normalize = defineKernel<NormalizeInputs, BatchNormAttributes>(
  NORMALIZE,
  ({ inputs: { z, gamma, beta, mean, variance, residual }, attributes, backend }) => {
    const shape = shape4(z, 'z');
    const channels = [shape[3]];
    const tensors = [
      backend.floats(z),
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, mean, channels, 'mean'),
      floatsOf(backend, variance, channels, 'variance'),
      residual === undefined ? null : floatsOf(backend, residual, shape, 'residual'),
    ];
    const y = backend.output(shape);
    backend.engine.batchNormInference(
      integersOf(shape[3], attributes.relu),
      numbersOf(shape[0] * shape[1] * shape[2], attributes.epsilon),
      ...tensors,
      y.values,
    );
    return [y.info];
  },
);
