import { CONVOLUTION, CONVOLUTION_FILTER_GRADIENT, CONVOLUTION_INPUT_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type {
  ConvolutionAttributes,
  ConvolutionFilterGradientAttributes,
  ConvolutionInputGradientAttributes,
} from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';
import { numbersOf } from './attributes.js';
import { convolutionGeometry, convolutionIntegers } from './convolution-geometry.js';
import type { ConvolutionGeometry } from './convolution-geometry.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape4 } from './shapes.js';

/** y = conv(x, filter). */
export function runConvolution(
  backend: KernelBackend,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: ConvolutionGeometry,
): TensorInfo {
  const y = backend.output(geometry.output);
  backend.engine.convolution(
    convolutionIntegers(geometry),
    numbersOf(),
    backend.floats(x),
    backend.floats(filter),
    y.values,
  );
  return y.info;
}

/** dx of a convolution, from dy `[N, OH, OW, Cout]`. */
export function runInputGradient(
  backend: KernelBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: ConvolutionGeometry,
): TensorInfo {
  const dyValues = floatsOf(backend, dy, geometry.output, 'dy');
  const dx = backend.output(geometry.input);
  backend.engine.convolutionInputGradient(
    convolutionIntegers(geometry),
    numbersOf(),
    dyValues,
    backend.floats(filter),
    dx.values,
  );
  return dx.info;
}

/** dFilter of a convolution. */
export function runFilterGradient(
  backend: KernelBackend,
  x: TensorInfo,
  dy: TensorInfo,
  geometry: ConvolutionGeometry,
): TensorInfo {
  const dyValues = floatsOf(backend, dy, geometry.output, 'dy');
  const dFilter = backend.output(geometry.filter);
  backend.engine.convolutionFilterGradient(
    convolutionIntegers(geometry),
    numbersOf(),
    backend.floats(x),
    dyValues,
    dFilter.values,
  );
  return dFilter.info;
}

export const convolution = defineKernel<{ x: TensorInfo; filter: TensorInfo }, ConvolutionAttributes>(
  CONVOLUTION,
  ({ inputs: { x, filter }, attributes, backend }) => [
    runConvolution(backend, x, filter, convolutionGeometry(shape4(x, 'x'), shape4(filter, 'filter'), attributes)),
  ],
);

export const convolutionInputGradient = defineKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionInputGradientAttributes
>(CONVOLUTION_INPUT_GRADIENT, ({ inputs: { dy, filter }, attributes, backend }) => [
  runInputGradient(
    backend,
    dy,
    filter,
    convolutionGeometry(attributes.inputShape, shape4(filter, 'filter'), attributes),
  ),
]);

export const convolutionFilterGradient = defineKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvolutionFilterGradientAttributes
>(CONVOLUTION_FILTER_GRADIENT, ({ inputs: { x, dy }, attributes, backend }) => [
  runFilterGradient(backend, x, dy, convolutionGeometry(shape4(x, 'x'), attributes.filterShape, attributes)),
]);
