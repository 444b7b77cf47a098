import { maxPool } from '@resnet-ts/tensor-ops';
import {
  convolutionUnit,
  parameterFreeRow,
  windowedShape,
  type Block,
  type ConvolutionUnit,
  type FeatureShape,
} from '@resnet-ts/residual-blocks';

/** First layer of the CIFAR networks: 3×3, stride 1 (paper, section 4.2). */
export function cifarStem(inputShape: FeatureShape, channels: number): Block {
  return firstConvolution(inputShape, channels, { kernelSize: 3, stride: 1 });
}

/**
 * First layers of the ImageNet networks: 7×7 of stride 2, then a 3×3 max pool of stride 2 (paper, Table 1).
 * The pool pads by 1, as fb.resnet.torch and torchvision; the authors' Caffe files pad 0 and round up. Both give 56×56.
 */
export function imagenetStem(inputShape: FeatureShape, channels: number): Block {
  const first = firstConvolution(inputShape, channels, { kernelSize: 7, stride: 2 });
  const pool = { windowSize: 3, stride: 2, padding: 1 };
  const outputShape = windowedShape(first.outputShape, channels, { ...pool, window: pool.windowSize });
  return {
    ...first,
    outputShape,
    layers: [...first.layers, parameterFreeRow('maxpool', 'max-pool', first.outputShape, outputShape)],

    apply(images, state, mode) {
      const { y, buffers } = first.apply(images, state, mode);
      return { y: maxPool(y, pool), buffers };
    },
  };
}

function firstConvolution(
  inputShape: FeatureShape,
  channels: number,
  { kernelSize, stride }: { readonly kernelSize: number; readonly stride: number },
): ConvolutionUnit {
  return convolutionUnit({
    convolution: 'conv1',
    batchNorm: 'bn1',
    inputShape,
    outputChannels: channels,
    kernelSize,
    stride,
    relu: true,
    differentiateInput: false, // its input is the images
  });
}
