/** The three convolutions of a training step, each by kernel or reference; none is recorded for differentiation. */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type {
  ConvolutionAttributes,
  ConvolutionFilterGradientAttributes,
  ConvolutionInputGradientAttributes,
} from '../kernels.js';
import { CONVOLUTION, CONVOLUTION_FILTER_GRADIENT, CONVOLUTION_INPUT_GRADIENT } from '../kernels.js';
import {
  referenceConvolution,
  referenceConvolutionFilterGradient,
  referenceConvolutionInputGradient,
} from '../reference/convolution.js';
import { execute } from './execute.js';

export function convolve(x: Tensor4D, filter: Tensor4D, attributes: ConvolutionAttributes): Tensor4D {
  const [y] = execute(CONVOLUTION, { x, filter }, attributes, () => [referenceConvolution(x, filter, attributes)]);
  return y as Tensor4D;
}

export function convolutionInputGradient(
  dy: Tensor4D,
  filter: Tensor4D,
  attributes: ConvolutionInputGradientAttributes,
): Tensor4D {
  const [dx] = execute(CONVOLUTION_INPUT_GRADIENT, { dy, filter }, attributes, () => [
    referenceConvolutionInputGradient(dy, filter, attributes),
  ]);
  return dx as Tensor4D;
}

export function convolutionFilterGradient(
  x: Tensor4D,
  dy: Tensor4D,
  attributes: ConvolutionFilterGradientAttributes,
): Tensor4D {
  const [dFilter] = execute(CONVOLUTION_FILTER_GRADIENT, { x, dy }, attributes, () => [
    referenceConvolutionFilterGradient(x, dy, attributes),
  ]);
  return dFilter as Tensor4D;
}
