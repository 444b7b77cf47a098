import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { biasAdd, convolution, maxPool, relu } from '@resnet-ts/tensor-ops';
import {
  convolutionRow,
  namedTensor,
  parameterFreeRow,
  windowedShape,
  type Block,
  type FeatureShape,
} from '@resnet-ts/residual-blocks';
import type { VggTable } from '../tables/network-table.js';
import { shownBlock } from './shown-block.js';

/**
 * Convolutions and the pool of each stage of a VGG network in order. Numbered as torchvision's `features`, where a ReLU has a place of its
 * own after every convolution: 0, 2, pool 4, 5, 7, pool 9, …
 */
export function vggFeatures({ stages }: VggTable, inputShape: FeatureShape): readonly (readonly Block[])[] {
  let shape = inputShape;
  let place = 0;
  return stages.map(({ convolutions, channels }) => {
    const parts: Block[] = [];
    const add = (part: Block, places: number) => {
      parts.push(shownBlock(`features.${place}`, part));
      shape = part.outputShape;
      place += places;
    };
    for (let index = 0; index < convolutions; index++) add(biasedConvolution(`features.${place}`, shape, channels), 2);
    add(halvingPool(`features.${place}`, shape), 1);
    return parts;
  });
}

function biasedConvolution(name: string, inputShape: FeatureShape, channels: number): Block {
  const outputShape = windowedShape(inputShape, channels, { window: 3, stride: 1, padding: 1 });
  return {
    inputShape,
    outputShape,
    parameters: [
      {
        name: `${name}.weight`,
        role: 'convolution-filter',
        shape: [3, 3, inputShape[2], channels],
        initializer: { kind: 'he-normal', fan: 'out' },
      },
      { name: `${name}.bias`, role: 'convolution-bias', shape: [channels], initializer: { kind: 'zeros' } },
    ],
    buffers: [],
    layers: [convolutionRow(name, 3, inputShape, outputShape, { bias: true })],

    apply(x, { parameters }) {
      const filter = namedTensor<Tensor4D>(parameters, `${name}.weight`);
      const bias = namedTensor<Tensor1D>(parameters, `${name}.bias`);
      return { y: relu(biasAdd(convolution(x, filter, { stride: 1, padding: 1 }), bias)), buffers: {} };
    },
  };
}

function halvingPool(name: string, inputShape: FeatureShape): Block {
  const outputShape = windowedShape(inputShape, inputShape[2], { window: 2, stride: 2, padding: 0 });
  return {
    inputShape,
    outputShape,
    parameters: [],
    buffers: [],
    layers: [parameterFreeRow(name, 'max-pool', inputShape, outputShape)],
    apply: (x) => ({ y: maxPool(x, { windowSize: 2, stride: 2, padding: 0 }), buffers: {} }),
  };
}
