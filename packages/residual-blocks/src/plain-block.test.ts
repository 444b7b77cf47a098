import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { basicBlock } from './basic-block.js';
import { describeBlock, stockUnit } from './block.conformance.js';
import { plainBlock } from './plain-block.js';

describeBlock({
  title: 'plainBlock',
  create: plainBlock,
  expansion: 1,
  lastBatchNorm: 'bn2',
  branch: (x, state, { stride }) => {
    const first = stockUnit(x, state, { convolution: 'conv1', batchNorm: 'bn1', stride, padding: 1 });
    return stockUnit(tf.relu(first), state, { convolution: 'conv2', batchNorm: 'bn2', stride: 1, padding: 1 });
  },
  // None: with its last γ and β at 0 the block gives 0.
  shortcut: ({ shape: [batch, height, width] }, _, { stride, outputChannels }) =>
    tf.zeros([batch, Math.ceil(height / stride), Math.ceil(width / stride), outputChannels]),
});

describe('plainBlock', () => {
  it('owns and costs what the option A block of the same place does', () => {
    const place = { name: 'layer2.0', inputShape: [8, 8, 4], channels: 8, stride: 2 } as const;
    const plain = plainBlock(place);
    const residual = basicBlock({ ...place, shortcut: 'A' });
    expect(plain.parameters).toEqual(residual.parameters);
    expect(plain.layers).toEqual(residual.layers.filter(({ kind }) => kind !== 'zero-pad-shortcut'));
  });
});
