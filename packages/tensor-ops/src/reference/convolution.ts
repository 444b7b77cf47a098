/**
 * Convolution from stock tfjs kernels: pad with zeros, then a "valid" convolution, whose meaning every backend shares.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { backendHasKernel } from '../dispatch/implementations.js';
import type {
  ConvolutionAttributes,
  ConvolutionFilterGradientAttributes,
  ConvolutionInputGradientAttributes,
} from '../kernels.js';
import { padImage, spatialSlice, unpadImage } from './spatial.js';

const VALID = { pad: 'valid', dataFormat: 'NHWC' } as const;

/** conv(x `[N, H, W, Cin]`, filter `[kH, kW, Cin, Cout]`) → `[N, OH, OW, Cout]` */
export function referenceConvolution(x: Tensor4D, filter: Tensor4D, attributes: ConvolutionAttributes): Tensor4D {
  return tf.tidy(() => tf.conv2d(padImage(x, attributes.padding), filter, attributes.stride, 'valid'));
}

/** dy, filter → dx of `inputShape` */
export function referenceConvolutionInputGradient(
  dy: Tensor4D,
  filter: Tensor4D,
  { inputShape, stride, padding }: ConvolutionInputGradientAttributes,
): Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = inputShape;
    const paddedShape = [batch, height + padding.top + padding.bottom, width + padding.left + padding.right, channels];
    const attributes = { ...VALID, strides: [stride, stride], inputShape: paddedShape };
    const padded = tf.engine().runKernel<Tensor4D>('Conv2DBackpropInput', { dy, filter }, attributes);
    return unpadImage(padded, padding, inputShape);
  });
}

/** x, dy → dFilter of `filterShape` */
export function referenceConvolutionFilterGradient(
  x: Tensor4D,
  dy: Tensor4D,
  { filterShape, stride, padding }: ConvolutionFilterGradientAttributes,
): Tensor4D {
  return tf.tidy(() => {
    const padded = padImage(x, padding);
    if (!backendHasKernel('Conv2DBackpropFilter'))
      return filterGradientByMatrixProducts(padded, dy, filterShape, stride);
    const attributes = { ...VALID, strides: [stride, stride], filterShape: [...filterShape] };
    return tf.engine().runKernel<Tensor4D>('Conv2DBackpropFilter', { x: padded, dy }, attributes);
  });
}

/**
 * One matrix product per filter tap, [pixels, Cin]ᵀ · [pixels, Cout]. For the wasm backend, which has no
 * Conv2DBackpropFilter (tensorflow/tfjs#8474).
 */
export function filterGradientByMatrixProducts(
  padded: Tensor4D,
  dy: Tensor4D,
  filterShape: readonly [number, number, number, number],
  stride: number,
): Tensor4D {
  return tf.tidy(() => {
    const [filterHeight, filterWidth, inputChannels, outputChannels] = filterShape;
    const [batch, outputHeight, outputWidth] = dy.shape;
    const pixels = batch * outputHeight * outputWidth;
    const gradients = tf.reshape(dy, [pixels, outputChannels]);
    const taps: Tensor[] = [];
    for (let row = 0; row < filterHeight; row++) {
      for (let column = 0; column < filterWidth; column++) {
        const seen = spatialSlice(padded, { row, column, stride, outputHeight, outputWidth });
        taps.push(tf.matMul(tf.reshape(seen, [pixels, inputChannels]), gradients, true, false));
      }
    }
    return tf.reshape(tf.concat(taps, 0), [...filterShape]);
  });
}
