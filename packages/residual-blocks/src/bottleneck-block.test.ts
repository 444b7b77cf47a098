import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { describeBlock, stockUnit, stockZeroPad, type BlockUnderTest } from './block.conformance.js';
import { bottleneckBlock, type StridePlacement } from './bottleneck-block.js';

const branch =
  (placement: StridePlacement): BlockUnderTest['branch'] =>
  (x, state, { stride }) => {
    const [first, second] = placement === 'v1' ? [stride, 1] : [1, stride];
    const reduced = stockUnit(x, state, { convolution: 'conv1', batchNorm: 'bn1', stride: first, padding: 0 });
    const middle = stockUnit(tf.relu(reduced), state, {
      convolution: 'conv2',
      batchNorm: 'bn2',
      stride: second,
      padding: 1,
    });
    return stockUnit(tf.relu(middle), state, { convolution: 'conv3', batchNorm: 'bn3', stride: 1, padding: 0 });
  };
const projection: BlockUnderTest['shortcut'] = (x, state, { stride }) =>
  stockUnit(x, state, { convolution: 'downsample.0', batchNorm: 'downsample.1', stride, padding: 0 });

for (const stridePlacement of ['v1', 'v1.5'] as const) {
  const common = { expansion: 4, lastBatchNorm: 'bn3', branch: branch(stridePlacement) };

  describeBlock({
    ...common,
    title: `bottleneckBlock ${stridePlacement}, option A`,
    create: (options) => bottleneckBlock({ ...options, shortcut: 'A', stridePlacement }),
    shortcut: (x, _, place) => stockZeroPad(x, place, 0),
  });

  describeBlock({
    ...common,
    title: `bottleneckBlock ${stridePlacement}, option B`,
    create: (options) => bottleneckBlock({ ...options, shortcut: 'B', stridePlacement }),
    shortcut: (x, state, place) =>
      place.stride === 1 && place.outputChannels === x.shape[3] ? x : projection(x, state, place),
  });

  describeBlock({
    ...common,
    title: `bottleneckBlock ${stridePlacement}, option C`,
    create: (options) => bottleneckBlock({ ...options, shortcut: 'C', stridePlacement }),
    shortcut: projection,
  });
}

describe('bottleneckBlock', () => {
  const place = { name: 'layer2.0', inputShape: [56, 56, 256], channels: 128, stride: 2, shortcut: 'B' } as const;

  it('moves the stride and nothing else between v1 and v1.5', () => {
    const [v1, v15] = (['v1', 'v1.5'] as const).map((stridePlacement) =>
      bottleneckBlock({ ...place, stridePlacement }),
    );
    expect(v1?.parameters).toEqual(v15?.parameters);
    const sides = (block: typeof v1) =>
      block?.layers.filter(({ kind }) => kind === 'convolution').map(({ outputShape }) => outputShape[0]);
    expect(sides(v1)).toEqual([28, 28, 28, 28]);
    expect(sides(v15)).toEqual([56, 28, 28, 28]);
  });

  it('refuses another stride placement', () => {
    const stridePlacement = 'v2' as StridePlacement;
    expect(() => bottleneckBlock({ ...place, stridePlacement })).toThrow(
      /'v1' or 'v1\.5' for layer2\.0 stridePlacement, received "v2"/,
    );
  });
});
