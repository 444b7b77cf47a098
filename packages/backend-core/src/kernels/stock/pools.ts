import { AvgPool, AvgPoolGrad, backend_util, MaxPool, MaxPoolGrad } from '@tensorflow/tfjs-core';
import type { AvgPoolAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { overrideKernel } from '../define-kernel.js';
import { poolingGeometry } from '../pooling-geometry.js';
import type { PoolingGeometry } from '../pooling-geometry.js';
import { runAveragePool, runAveragePoolGradient, runMaxPool, runMaxPoolGradient } from '../pooling.js';
import { sameShape } from '../shapes.js';
import { eligible } from './eligible.js';

type Sizes = [number, number, number, number];
type StockAttributes = Pick<AvgPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

/** Our form of a stock pooling: square windows of more than one pixel, equal strides, no window wholly in the padding. */
function geometryOf(
  input: number[],
  { filterSize, strides, pad, dimRoundingMode }: StockAttributes,
): PoolingGeometry | undefined {
  if (input.length !== 4) return undefined;
  const info = backend_util.computePool2DInfo(input as Sizes, filterSize, strides, 1, pad, dimRoundingMode);
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, bottom, left, right } = info.padInfo;
  const square = filterHeight === filterWidth && strideHeight === strideWidth && filterHeight > 1;
  if (!square || Math.max(top, bottom, left, right) >= filterHeight) return undefined;
  if (info.outHeight < 1 || info.outWidth < 1) return undefined;
  const padding = { top, bottom, left, right };
  const geometry = poolingGeometry(input as Sizes, { windowSize: filterHeight, stride: strideHeight, padding });
  return sameShape(geometry.output, info.outShape) ? geometry : undefined;
}

export const stockMaxPool = overrideKernel<{ x: TensorInfo }, StockAttributes>(
  MaxPool,
  ({ inputs: { x }, attributes, backend }) => {
    const geometry = eligible(x) ? geometryOf(x.shape, attributes) : undefined;
    return geometry === undefined ? undefined : runMaxPool(backend, x, geometry);
  },
);

export const stockMaxPoolGrad = overrideKernel<{ dy: TensorInfo; input: TensorInfo }, StockAttributes>(
  MaxPoolGrad,
  ({ inputs: { dy, input }, attributes, backend }) => {
    const geometry = eligible(dy, input) ? geometryOf(input.shape, attributes) : undefined;
    if (geometry === undefined || !sameShape(dy.shape, geometry.output)) return undefined;
    return runMaxPoolGradient(backend, dy, input, geometry);
  },
);

/** The stock average divides by the pixels inside the image; its gradient, on every stock backend, by the whole window. */
export const stockAvgPool = overrideKernel<{ x: TensorInfo }, StockAttributes>(
  AvgPool,
  ({ inputs: { x }, attributes, backend }) => {
    const geometry = eligible(x) ? geometryOf(x.shape, attributes) : undefined;
    return geometry === undefined ? undefined : runAveragePool(backend, x, geometry, false);
  },
);

export const stockAvgPoolGrad = overrideKernel<{ dy: TensorInfo; input: TensorInfo }, StockAttributes>(
  AvgPoolGrad,
  ({ inputs: { dy, input }, attributes, backend }) => {
    const geometry = eligible(dy, input) ? geometryOf(input.shape, attributes) : undefined;
    if (geometry === undefined || !sameShape(dy.shape, geometry.output)) return undefined;
    return runAveragePoolGradient(backend, dy, geometry, true);
  },
);
