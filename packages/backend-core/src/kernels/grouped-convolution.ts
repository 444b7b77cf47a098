import {
  GROUPED_CONVOLUTION,
  GROUPED_CONVOLUTION_FILTER_GRADIENT,
  GROUPED_CONVOLUTION_INPUT_GRADIENT,
} from '@resnet-ts/tensor-ops/kernels';
import type {
  GroupedConvolutionAttributes,
  GroupedConvolutionFilterGradientAttributes,
  GroupedConvolutionInputGradientAttributes,
} from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { numbersOf } from './attributes.js';
import { groupedConvolutionGeometry, groupedConvolutionIntegers } from './convolution-geometry.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape4 } from './shapes.js';

export const groupedConvolution = defineKernel<{ x: TensorInfo; filter: TensorInfo }, GroupedConvolutionAttributes>(
  GROUPED_CONVOLUTION,
  ({ inputs: { x, filter }, attributes, backend }) => {
    const geometry = groupedConvolutionGeometry(shape4(x, 'x'), shape4(filter, 'filter'), attributes);
    const y = backend.output(geometry.output);
    backend.engine.groupedConvolution(
      groupedConvolutionIntegers(geometry, attributes.groups),
      numbersOf(),
      backend.floats(x),
      backend.floats(filter),
      y.values,
    );
    return [y.info];
  },
);

export const groupedConvolutionInputGradient = defineKernel<
  { dy: TensorInfo; filter: TensorInfo },
  GroupedConvolutionInputGradientAttributes
>(GROUPED_CONVOLUTION_INPUT_GRADIENT, ({ inputs: { dy, filter }, attributes, backend }) => {
  const geometry = groupedConvolutionGeometry(attributes.inputShape, shape4(filter, 'filter'), attributes);
  const dyValues = floatsOf(backend, dy, geometry.output, 'dy');
  const dx = backend.output(geometry.input);
  backend.engine.groupedConvolutionInputGradient(
    groupedConvolutionIntegers(geometry, attributes.groups),
    numbersOf(),
    dyValues,
    backend.floats(filter),
    dx.values,
  );
  return [dx.info];
});

export const groupedConvolutionFilterGradient = defineKernel<
  { x: TensorInfo; dy: TensorInfo },
  GroupedConvolutionFilterGradientAttributes
>(GROUPED_CONVOLUTION_FILTER_GRADIENT, ({ inputs: { x, dy }, attributes, backend }) => {
  const geometry = groupedConvolutionGeometry(shape4(x, 'x'), attributes.filterShape, attributes);
  const dyValues = floatsOf(backend, dy, geometry.output, 'dy');
  const dFilter = backend.output(geometry.filter);
  backend.engine.groupedConvolutionFilterGradient(
    groupedConvolutionIntegers(geometry, attributes.groups),
    numbersOf(),
    backend.floats(x),
    dyValues,
    dFilter.values,
  );
  return [dFilter.info];
});
