import { backend_util, Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput, FusedConv2D } from '@tensorflow/tfjs-core';
import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  FusedConv2DAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../../kernel-backend.js';
import { convolutionGeometry } from '../convolution-geometry.js';
import type { ConvolutionGeometry } from '../convolution-geometry.js';
import { runConvolution, runFilterGradient, runInputGradient } from '../convolution.js';
import { overrideKernel } from '../define-kernel.js';
import { sameShape } from '../shapes.js';
import { runAddBias } from './binary.js';
import { eligible } from './eligible.js';
import { runRelu } from './unary.js';

type Sizes = [number, number, number, number];

/** What the stock convolutions have in common; the gradients know no dilation. */
interface StockAttributes {
  readonly strides: [number, number] | number;
  readonly pad: Conv2DAttrs['pad'];
  readonly dataFormat: string;
  readonly dimRoundingMode?: Conv2DAttrs['dimRoundingMode'];
  readonly dilations?: [number, number] | number;
}

/** Our form of a stock convolution: NHWC, undilated, equal strides, sizes rounded down. Undefined for any other. */
function geometryOf(input: number[], filter: number[], attributes: StockAttributes): ConvolutionGeometry | undefined {
  const { strides, pad, dataFormat, dimRoundingMode, dilations = 1 } = attributes;
  if (dataFormat !== 'NHWC' || input.length !== 4 || filter.length !== 4 || input[3] !== filter[2]) return undefined;
  const info = backend_util.computeConv2DInfo(
    input as Sizes,
    filter as Sizes,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    'channelsLast',
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1 || info.strideHeight !== info.strideWidth) return undefined;
  const { top, bottom, left, right } = info.padInfo;
  if (info.outHeight < 1 || info.outWidth < 1) return undefined;
  const geometry = convolutionGeometry(input as Sizes, filter as Sizes, {
    stride: info.strideHeight,
    padding: { top, bottom, left, right },
  });
  return sameShape(geometry.output, info.outShape) ? geometry : undefined;
}

export const conv2d = overrideKernel<{ x: TensorInfo; filter: TensorInfo }, Conv2DAttrs>(
  Conv2D,
  ({ inputs: { x, filter }, attributes, backend }) => {
    const geometry = eligible(x, filter) ? geometryOf(x.shape, filter.shape, attributes) : undefined;
    return geometry === undefined ? undefined : runConvolution(backend, x, filter, geometry);
  },
);

export const conv2dBackpropInput = overrideKernel<{ dy: TensorInfo; filter: TensorInfo }, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attributes, backend }) => {
    const geometry = eligible(dy, filter) ? geometryOf(attributes.inputShape, filter.shape, attributes) : undefined;
    if (geometry === undefined || !sameShape(dy.shape, geometry.output)) return undefined;
    return runInputGradient(backend, dy, filter, geometry);
  },
);

export const conv2dBackpropFilter = overrideKernel<{ x: TensorInfo; dy: TensorInfo }, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attributes, backend }) => {
    const geometry = eligible(x, dy) ? geometryOf(x.shape, attributes.filterShape, attributes) : undefined;
    if (geometry === undefined || !sameShape(dy.shape, geometry.output)) return undefined;
    return runFilterGradient(backend, x, dy, geometry);
  },
);

/** Applies `next` and disposes what it came from. */
function then(backend: KernelBackend, before: TensorInfo, next: (tensor: TensorInfo) => TensorInfo): TensorInfo {
  const after = next(before);
  backend.disposeIntermediateTensorInfo(before);
  return after;
}

interface FusedInputs {
  x: TensorInfo;
  filter: TensorInfo;
  bias?: TensorInfo;
}

export const fusedConv2d = overrideKernel<FusedInputs, FusedConv2DAttrs>(
  FusedConv2D,
  ({ inputs: { x, filter, bias }, attributes, backend }) => {
    const geometry = eligible(x, filter) ? geometryOf(x.shape, filter.shape, attributes) : undefined;
    const activation: string = attributes.activation;
    if (geometry === undefined || (activation !== 'linear' && activation !== 'relu')) return undefined;
    if (bias !== undefined && !(eligible(bias) && sameShape(bias.shape, [geometry.output[3]]))) return undefined;
    let y = runConvolution(backend, x, filter, geometry);
    if (bias !== undefined) y = then(backend, y, (tensor) => runAddBias(backend, tensor, bias));
    return activation === 'relu' ? then(backend, y, (tensor) => runRelu(backend, tensor)) : y;
  },
);
