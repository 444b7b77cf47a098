import type { ConvolutionAttributes } from '@resnet-ts/tensor-ops/kernels';
import { expected, ShapeError } from '@resnet-ts/tensor-ops';
import { integersOf } from './attributes.js';
import { slidingSize } from './shapes.js';
import type { Shape4 } from './shapes.js';

/** Every size of one convolution. */
export interface ConvolutionGeometry {
  /** `[N, H, W, Cin]` */
  readonly input: Shape4;
  /** `[kH, kW, Cin, Cout]` */
  readonly filter: Shape4;
  /** `[N, OH, OW, Cout]` */
  readonly output: Shape4;
  readonly attributes: ConvolutionAttributes;
}

/** @throws ShapeError when the channels of input and filter differ or the filter does not fit */
export function convolutionGeometry(
  input: Shape4,
  filter: Shape4,
  attributes: ConvolutionAttributes,
): ConvolutionGeometry {
  const { stride, padding } = attributes;
  if (input[3] !== filter[2]) {
    throw new ShapeError(expected(`${input[3]} input channels`, 'filter', filter, 'a filter is [kH, kW, Cin, Cout]'));
  }
  const height = slidingSize(input[1], filter[0], stride, padding.top + padding.bottom, 'height');
  const width = slidingSize(input[2], filter[1], stride, padding.left + padding.right, 'width');
  return { input, filter, output: [input[0], height, width, filter[3]], attributes };
}

/** The fields of the C++ ConvolutionShape in order, then `relu`. */
export function convolutionIntegers(
  { input, filter, output, attributes }: ConvolutionGeometry,
  relu = false,
): Int32Array {
  const { stride, padding } = attributes;
  return integersOf(
    ...input,
    filter[0],
    filter[1],
    stride,
    padding.top,
    padding.bottom,
    padding.left,
    padding.right,
    output[1],
    output[2],
    output[3],
    relu,
  );
}
