import type { Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import {
  groupedConvolutionFilterGradient,
  groupedConvolutionInputGradient,
  groupedConvolve,
} from '../dispatch/grouped-convolution-steps.js';
import { groupedConvolutionGeometry } from '../shape/convolution-geometry.js';
import type { WindowOptions } from '../shape/window-geometry.js';

export interface GroupedConvolutionOptions extends WindowOptions {
  /** Groups that the channels fall into, in order: ResNeXt's cardinality. Must divide input and output channels. */
  readonly groups: number;
}

/**
 * Convolution in which output channels see the input channels of their own group alone (ResNeXt, arXiv 1611.05431,
 * figure 3c); no bias. An operation apart from `convolution`, because its filter has another shape and its kernels are
 * another matter: a backend without them runs it group by group with its plain convolution.
 *
 * @param x `[N, H, W, Cin]` float32
 * @param filter `[kH, kW, Cin / groups, Cout]` float32; the outputs of a group are neighbours
 * @returns `[N, OH, OW, Cout]` with OH = floor((H + top + bottom − kH) / stride) + 1
 * @throws ShapeError when shapes do not agree or groups does not divide the channels; ArgumentError for bad options
 * @example
 * const y = groupedConvolution(tf.ones([1, 8, 8, 16]), tf.ones([3, 3, 4, 32]), { groups: 4, padding: 1 });
 * y.shape; // [1, 8, 8, 32]
 */
export function groupedConvolution(x: Tensor4D, filter: Tensor4D, options: GroupedConvolutionOptions): Tensor4D {
  const { groups } = options;
  const attributes = { ...groupedConvolutionGeometry(x, filter, groups, options).attributes, groups };
  const inputShape = x.shape;
  const filterShape = filter.shape;
  const y = groupedConvolve(x, filter, attributes);
  return attachGradient(y, [x, filter], [x, filter], (dy, saved) => {
    const [savedX, savedFilter] = saved as [Tensor4D, Tensor4D];
    return [
      groupedConvolutionInputGradient(dy, savedFilter, { ...attributes, inputShape }),
      groupedConvolutionFilterGradient(savedX, dy, { ...attributes, filterShape }),
    ];
  });
}
