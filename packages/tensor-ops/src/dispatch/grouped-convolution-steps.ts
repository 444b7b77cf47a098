/**
 * The three grouped convolutions of a training step, each by kernel, or else group by group with whatever the backend
 * has for plain convolutions; none is recorded for differentiation.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type {
  GroupedConvolutionAttributes,
  GroupedConvolutionFilterGradientAttributes,
  GroupedConvolutionInputGradientAttributes,
} from '../kernels.js';
import {
  GROUPED_CONVOLUTION,
  GROUPED_CONVOLUTION_FILTER_GRADIENT,
  GROUPED_CONVOLUTION_INPUT_GRADIENT,
} from '../kernels.js';
import { convolutionFilterGradient, convolutionInputGradient, convolve } from './convolution-steps.js';
import { execute } from './execute.js';

const CHANNELS = 3;

/** Equal shares of the last axis. */
function shares(tensor: Tensor4D, groups: number): Tensor4D[] {
  return tf.split(tensor, groups, CHANNELS);
}

/** `operation` on the shares of two tensors in turn; the results side by side. */
function byGroup(
  [first, second]: readonly [Tensor4D, Tensor4D],
  groups: number,
  operation: (first: Tensor4D, second: Tensor4D) => Tensor4D,
): Tensor4D {
  const others = shares(second, groups);
  const results = shares(first, groups).map((share, group) => operation(share, others[group] as Tensor4D));
  return tf.concat(results, CHANNELS);
}

export function groupedConvolve(x: Tensor4D, filter: Tensor4D, attributes: GroupedConvolutionAttributes): Tensor4D {
  const { groups, ...window } = attributes;
  const [y] = execute(GROUPED_CONVOLUTION, { x, filter }, attributes, () => [
    byGroup([x, filter], groups, (share, filters) => convolve(share, filters, window)),
  ]);
  return y as Tensor4D;
}

export function groupedConvolutionInputGradient(
  dy: Tensor4D,
  filter: Tensor4D,
  attributes: GroupedConvolutionInputGradientAttributes,
): Tensor4D {
  const { groups, inputShape, ...window } = attributes;
  const [batch, height, width, channels] = inputShape;
  const shareShape = [batch, height, width, channels / groups] as const;
  const [dx] = execute(GROUPED_CONVOLUTION_INPUT_GRADIENT, { dy, filter }, attributes, () => [
    byGroup([dy, filter], groups, (share, filters) =>
      convolutionInputGradient(share, filters, { ...window, inputShape: shareShape }),
    ),
  ]);
  return dx as Tensor4D;
}

export function groupedConvolutionFilterGradient(
  x: Tensor4D,
  dy: Tensor4D,
  attributes: GroupedConvolutionFilterGradientAttributes,
): Tensor4D {
  const { groups, filterShape, ...window } = attributes;
  const [height, width, inputs, outputs] = filterShape;
  const shareShape = [height, width, inputs, outputs / groups] as const;
  const [dFilter] = execute(GROUPED_CONVOLUTION_FILTER_GRADIENT, { x, dy }, attributes, () => [
    byGroup([x, dy], groups, (share, gradient) =>
      convolutionFilterGradient(share, gradient, { ...window, filterShape: shareShape }),
    ),
  ]);
  return dFilter as Tensor4D;
}
