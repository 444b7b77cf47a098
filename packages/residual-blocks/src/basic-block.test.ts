import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { basicBlock } from './basic-block.js';
import { describeBlock, stockUnit, stockZeroPad, type BlockUnderTest } from './block.conformance.js';

const common: Pick<BlockUnderTest, 'expansion' | 'lastBatchNorm' | 'branch'> = {
  expansion: 1,
  lastBatchNorm: 'bn2',
  branch: (x, state, { stride }) => {
    const first = stockUnit(x, state, { convolution: 'conv1', batchNorm: 'bn1', stride, padding: 1 });
    return stockUnit(tf.relu(first), state, { convolution: 'conv2', batchNorm: 'bn2', stride: 1, padding: 1 });
  },
};
const projection: BlockUnderTest['shortcut'] = (x, state, { stride }) =>
  stockUnit(x, state, { convolution: 'downsample.0', batchNorm: 'downsample.1', stride, padding: 0 });

describeBlock({
  ...common,
  title: 'basicBlock, option A',
  create: (options) => basicBlock({ ...options, shortcut: 'A' }),
  shortcut: (x, _, place) => stockZeroPad(x, place, 0),
});

describeBlock({
  ...common,
  title: 'basicBlock, option A, zeros on both sides',
  create: (options) => basicBlock({ ...options, shortcut: 'A', placement: 'symmetric' }),
  shortcut: (x, _, place) => stockZeroPad(x, place, Math.floor((place.outputChannels - x.shape[3]) / 2)),
});

describeBlock({
  ...common,
  title: 'basicBlock, option B',
  create: (options) => basicBlock({ ...options, shortcut: 'B' }),
  shortcut: (x, state, place) =>
    place.stride === 1 && place.outputChannels === x.shape[3] ? x : projection(x, state, place),
});

describeBlock({
  ...common,
  title: 'basicBlock, option C',
  create: (options) => basicBlock({ ...options, shortcut: 'C' }),
  shortcut: projection,
});

describe('basicBlock', () => {
  const place = { name: 'layer1.0', inputShape: [8, 8, 16], channels: 16, stride: 1 } as const;

  it('starts its last γ at 0 on request, and only that', () => {
    const gammas = (zeroInitResidual: boolean) =>
      basicBlock({ ...place, shortcut: 'C', zeroInitResidual })
        .parameters.filter(({ role }) => role === 'batch-norm-gamma')
        .map(({ name, initializer }) => `${name} ${initializer.kind}`);
    expect(gammas(false)).toEqual([
      'layer1.0.bn1.weight ones',
      'layer1.0.bn2.weight ones',
      'layer1.0.downsample.1.weight ones',
    ]);
    expect(gammas(true)).toEqual([
      'layer1.0.bn1.weight ones',
      'layer1.0.bn2.weight zeros',
      'layer1.0.downsample.1.weight ones',
    ]);
  });
});
