import { CONVOLUTION_BATCH_NORM, CONVOLUTION_BATCH_NORM_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type {
  ConvolutionBatchNormAttributes,
  ConvolutionBatchNormGradientAttributes,
} from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { numbersOf } from './attributes.js';
import { convolutionGeometry, convolutionIntegers } from './convolution-geometry.js';
import { defineKernel } from './define-kernel.js';
import { maskOutput } from './mask-output.js';
import { floatsOf, shape4 } from './shapes.js';

interface ForwardInputs {
  x: TensorInfo;
  filter: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  runningMean: TensorInfo;
  runningVariance: TensorInfo;
  residual?: TensorInfo;
}

export const convolutionBatchNorm = defineKernel<ForwardInputs, ConvolutionBatchNormAttributes>(
  CONVOLUTION_BATCH_NORM,
  ({ inputs, attributes, backend }) => {
    const { x, filter, gamma, beta, runningMean, runningVariance, residual } = inputs;
    const geometry = convolutionGeometry(shape4(x, 'x'), shape4(filter, 'filter'), attributes);
    const channels = [geometry.output[3]];
    const residualValues = residual === undefined ? null : floatsOf(backend, residual, geometry.output, 'residual');
    const vectors = [
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, runningMean, channels, 'runningMean'),
      floatsOf(backend, runningVariance, channels, 'runningVariance'),
    ];
    const outputs = [geometry.output, geometry.output, channels, channels, channels, channels].map((shape) =>
      backend.output(shape),
    );
    backend.engine.convolutionBatchNorm(
      convolutionIntegers(geometry, attributes.relu),
      numbersOf(attributes.epsilon, attributes.runningFraction),
      backend.floats(x),
      backend.floats(filter),
      ...vectors,
      residualValues,
      ...outputs.map((output) => output.values),
    );
    return outputs.map((output) => output.info);
  },
);

interface GradientInputs {
  dy: TensorInfo;
  /** Given where both relu and a residual are. */
  y?: TensorInfo;
  z: TensorInfo;
  x: TensorInfo;
  filter: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
  dxSum?: TensorInfo;
}

export const convolutionBatchNormGradient = defineKernel<GradientInputs, ConvolutionBatchNormGradientAttributes>(
  CONVOLUTION_BATCH_NORM_GRADIENT,
  ({ inputs, attributes, backend }) => {
    const { dy, y, z, x, filter, gamma, beta, mean, variance, dxSum } = inputs;
    const geometry = convolutionGeometry(shape4(x, 'x'), shape4(filter, 'filter'), attributes);
    const { input, output } = geometry;
    const channels = [output[3]];
    const tensors = [
      floatsOf(backend, dy, output, 'dy'),
      maskOutput(backend, y, output, attributes),
      floatsOf(backend, z, output, 'z'),
      backend.floats(x),
      backend.floats(filter),
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, mean, channels, 'mean'),
      floatsOf(backend, variance, channels, 'variance'),
    ];
    const sum = dxSum === undefined ? null : floatsOf(backend, dxSum, input, 'dxSum');
    const parameters = [geometry.filter, channels, channels].map((shape) => backend.output(shape));
    // The sum grows where it lies, unless somebody else refers to its memory.
    const inPlace = dxSum === undefined ? undefined : backend.takeOver(dxSum);
    const dx = attributes.inputGradient ? (inPlace ?? backend.output(input)) : undefined;
    const masked = attributes.hasResidual && attributes.reuseDy ? backend.takeOver(dy) : undefined;
    const dResidual = attributes.hasResidual ? (masked ?? backend.output(output)) : undefined;
    backend.engine.convolutionBatchNormGradient(
      convolutionIntegers(geometry, attributes.relu),
      numbersOf(attributes.epsilon),
      ...tensors,
      ...parameters.map((gradient) => gradient.values),
      dx?.values ?? null,
      sum,
      dResidual?.values ?? null,
    );
    return [...parameters, dx, dResidual].flatMap((gradient) => (gradient === undefined ? [] : [gradient.info]));
  },
);
