import type { ConvolutionAttributes, GroupedConvolutionAttributes } from '@resnet-ts/tensor-ops/kernels';
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

/**
 * Every size of one grouped convolution, whose filter is `[kH, kW, Cin / groups, Cout]`.
 *
 * @throws ShapeError when groups does not divide the channels, the channels do not agree, or the filter does not fit
 */
export function groupedConvolutionGeometry(
  input: Shape4,
  filter: Shape4,
  attributes: GroupedConvolutionAttributes,
): ConvolutionGeometry {
  const { groups } = attributes;
  const inputs = input[3] / groups;
  if (!Number.isInteger(inputs) || !Number.isInteger(filter[3] / groups)) {
    throw new ShapeError(expected(`a divisor of ${input[3]} input and ${filter[3]} output channels`, 'groups', groups));
  }
  return { ...convolutionGeometry([input[0], input[1], input[2], inputs], filter, attributes), input };
}

/** The fields of the C++ ConvolutionShape in order, then `relu`. */
export function convolutionIntegers(geometry: ConvolutionGeometry, relu = false): Int32Array {
  return integersOf(...shapeFields(geometry), relu);
}

/** The fields of the C++ ConvolutionShape in order, then `groups`. */
export function groupedConvolutionIntegers(geometry: ConvolutionGeometry, groups: number): Int32Array {
  return integersOf(...shapeFields(geometry), groups);
}

function shapeFields({ input, filter, output, attributes }: ConvolutionGeometry): number[] {
  const { stride, padding } = attributes;
  const { top, bottom, left, right } = padding;
  return [...input, filter[0], filter[1], stride, top, bottom, left, right, output[1], output[2], output[3]];
}
