import type { Tensor4D } from '@tensorflow/tfjs-core';
import { expected } from '../errors/expected.js';
import { ShapeError } from '../errors/residual-error.js';
import { assertTensor } from './assert-tensor.js';
import { assertInteger } from './assert-value.js';
import type { WindowGeometry, WindowOptions } from './window-geometry.js';
import { windowGeometry, windowOutput } from './window-geometry.js';

/** What a convolution's arguments come to once checked. */
export interface ConvolutionGeometry {
  readonly attributes: WindowGeometry;
  /** `[N, OH, OW, Cout]` */
  readonly outputShape: readonly [number, number, number, number];
}

/** Checks the arguments of a convolution. @throws ShapeError, ArgumentError */
export function convolutionGeometry(x: Tensor4D, filter: Tensor4D, options: WindowOptions): ConvolutionGeometry {
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertTensor(filter, 'filter', '[kH, kW, Cin, Cout]', 4);
  const [batch, height, width, channels] = x.shape;
  const [filterHeight, filterWidth, inputChannels, outputChannels] = filter.shape;
  if (channels !== inputChannels) {
    throw new ShapeError(
      expected(`a filter for ${channels} input channels (x is [${x.shape.join(', ')}])`, 'filter', filter.shape),
    );
  }
  const attributes = windowGeometry(options);
  const [outputHeight, outputWidth] = windowOutput([height, width], [filterHeight, filterWidth], attributes);
  return { attributes, outputShape: [batch, outputHeight, outputWidth, outputChannels] };
}

/** Checks the arguments of a grouped convolution. @throws ShapeError, ArgumentError */
export function groupedConvolutionGeometry(
  x: Tensor4D,
  filter: Tensor4D,
  groups: number,
  options: WindowOptions,
): ConvolutionGeometry {
  assertTensor(x, 'x', '[N, H, W, C]', 4);
  assertTensor(filter, 'filter', '[kH, kW, Cin / groups, Cout]', 4);
  assertInteger(groups, 'groups', 1);
  const [batch, height, width, channels] = x.shape;
  const [filterHeight, filterWidth, inputsOfGroup, outputChannels] = filter.shape;
  if (channels % groups !== 0 || outputChannels % groups !== 0) {
    const wanted = `a divisor of the ${channels} input and ${outputChannels} output channels`;
    throw new ShapeError(expected(wanted, 'groups', groups));
  }
  if (inputsOfGroup * groups !== channels) {
    const wanted = `a filter for ${channels / groups} input channels a group (x is [${x.shape.join(', ')}])`;
    throw new ShapeError(expected(wanted, 'filter', filter.shape));
  }
  const attributes = windowGeometry(options);
  const [outputHeight, outputWidth] = windowOutput([height, width], [filterHeight, filterWidth], attributes);
  return { attributes, outputShape: [batch, outputHeight, outputWidth, outputChannels] };
}
