import type { Tensor4D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { convolutionFilterGradient, convolutionInputGradient, convolve } from '../dispatch/convolution-steps.js';
import { convolutionGeometry } from '../shape/convolution-geometry.js';
import type { WindowOptions } from '../shape/window-geometry.js';

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in the field) without bias; see `biasAdd`.
 *
 * @param x `[N, H, W, Cin]` float32
 * @param filter `[kH, kW, Cin, Cout]` float32
 * @param options.stride pixels between neighbouring windows (default 1)
 * @param options.padding zero pixels around the image, one number or each side (default 0)
 * @returns `[N, OH, OW, Cout]` with OH = floor((H + top + bottom − kH) / stride) + 1
 * @throws ShapeError when shapes do not agree or the filter does not fit; ArgumentError for a bad stride or padding
 * @example
 * const y = convolution(tf.ones([1, 8, 8, 3]), tf.ones([3, 3, 3, 16]), { padding: 1 });
 * y.shape; // [1, 8, 8, 16]
 */
export function convolution(x: Tensor4D, filter: Tensor4D, options: WindowOptions = {}): Tensor4D {
  const { attributes } = convolutionGeometry(x, filter, options);
  const inputShape = x.shape;
  const filterShape = filter.shape;
  const y = convolve(x, filter, attributes);
  return attachGradient(y, [x, filter], [x, filter], (dy, saved) => {
    const [savedX, savedFilter] = saved as [Tensor4D, Tensor4D];
    return [
      convolutionInputGradient(dy, savedFilter, { ...attributes, inputShape }),
      convolutionFilterGradient(savedX, dy, { ...attributes, filterShape }),
    ];
  });
}
