import type { Tensor } from '@tensorflow/tfjs-core';
import { maxPool } from '@resnet-ts/tensor-ops';
import {
  bareConvolution,
  convolutionUnit,
  ownedBy,
  parameterFreeRow,
  windowedShape,
  type Block,
  type ConvolutionUnit,
  type FeatureShape,
} from '@resnet-ts/residual-blocks';
import type { ResidualTable } from '../tables/network-table.js';

/** The layers before the first block. */
export function stemOf({ kind, channels }: ResidualTable['stem'], inputShape: FeatureShape): Block {
  switch (kind) {
    case 'cifar':
      return cifarStem(inputShape, channels);
    case 'imagenet':
      return imagenetStem(inputShape, channels);
    case 'deep':
      return pooled(deepStem(inputShape, channels));
    case 'deep-strided':
      return deepStridedStem(inputShape, channels);
    case 'bare':
      return bareConvolution({ name: 'conv1', inputShape, outputChannels: channels, kernelSize: 3, stride: 1 });
  }
}

/** First layer of the CIFAR networks: 3×3, stride 1 (paper, section 4.2). */
export function cifarStem(inputShape: FeatureShape, channels: number): Block {
  return firstConvolution(inputShape, channels, { kernelSize: 3, stride: 1 });
}

/**
 * First layers of the ImageNet networks: 7×7 of stride 2, then a 3×3 max pool of stride 2 (paper, Table 1).
 * The pool pads by 1, as fb.resnet.torch and torchvision; the authors' Caffe files pad 0 and round up. Both give 56×56.
 */
export function imagenetStem(inputShape: FeatureShape, channels: number): Block {
  return pooled(firstConvolution(inputShape, channels, { kernelSize: 7, stride: 2 }));
}

/** `first`, then the 3×3 max pool of stride 2. */
function pooled(first: Block): Block {
  const pool = { windowSize: 3, stride: 2, padding: 1 };
  const outputShape = windowedShape(first.outputShape, first.outputShape[2], { ...pool, window: pool.windowSize });
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

/** Three 3×3 convolutions in place of the 7×7 (arXiv 1812.01187, figure 2b); names are timm's. */
function deepStem(inputShape: FeatureShape, channels: number): Block {
  const narrow = channels / 2;
  const shared = { kernelSize: 3, relu: true } as const;
  const first = convolutionUnit({
    ...shared,
    convolution: 'conv1.0',
    batchNorm: 'conv1.1',
    inputShape,
    outputChannels: narrow,
    stride: 2,
    differentiateInput: false, // its input is the images
  });
  const second = convolutionUnit({
    ...shared,
    convolution: 'conv1.3',
    batchNorm: 'conv1.4',
    inputShape: first.outputShape,
    outputChannels: narrow,
    stride: 1,
  });
  const third = convolutionUnit({
    ...shared,
    convolution: 'conv1.6',
    batchNorm: 'bn1',
    inputShape: second.outputShape,
    outputChannels: channels,
    stride: 1,
  });
  return inTurn([first, second, third]);
}

/** The deep stem, then a 3×3 convolution of stride 2 where others pool (ResNet-RS, arXiv 2103.07579, section 4). */
function deepStridedStem(inputShape: FeatureShape, channels: number): Block {
  const deep = deepStem(inputShape, channels);
  const strided = convolutionUnit({
    convolution: 'maxpool.0',
    batchNorm: 'maxpool.1',
    inputShape: deep.outputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride: 2,
    relu: true,
  });
  return inTurn([deep, strided]);
}

/** Blocks one after the other, as one. */
function inTurn(blocks: readonly [Block, ...Block[]]): Block {
  return {
    inputShape: blocks[0].inputShape,
    outputShape: (blocks.at(-1) ?? blocks[0]).outputShape,
    ...ownedBy(blocks),

    apply(x, state, mode) {
      const buffers: Record<string, Tensor> = {};
      let y = x;
      for (const block of blocks) {
        const result = block.apply(y, state, mode);
        y = result.y;
        Object.assign(buffers, result.buffers);
      }
      return { y, buffers };
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
