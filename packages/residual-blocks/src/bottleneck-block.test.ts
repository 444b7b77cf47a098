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

const common = (placement: StridePlacement) => ({ expansion: 4, lastBatchNorm: 'bn3', branch: branch(placement) });

for (const stridePlacement of ['v1', 'v1.5'] as const) {
  describeBlock({
    ...common(stridePlacement),
    title: `bottleneckBlock ${stridePlacement}, option A`,
    create: (options) => bottleneckBlock({ ...options, shortcut: 'A', stridePlacement }),
    shortcut: (x, _, place) => stockZeroPad(x, place, 0),
  });

  describeBlock({
    ...common(stridePlacement),
    title: `bottleneckBlock ${stridePlacement}, option B`,
    create: (options) => bottleneckBlock({ ...options, shortcut: 'B', stridePlacement }),
    shortcut: (x, state, place) =>
      place.stride === 1 && place.outputChannels === x.shape[3] ? x : projection(x, state, place),
  });

  describeBlock({
    ...common(stridePlacement),
    title: `bottleneckBlock ${stridePlacement}, option C`,
    create: (options) => bottleneckBlock({ ...options, shortcut: 'C', stridePlacement }),
    shortcut: projection,
  });
}

describeBlock({
  ...common('v1.5'),
  title: 'bottleneckBlock, option D',
  create: (options) => bottleneckBlock({ ...options, shortcut: 'D', stridePlacement: 'v1.5' }),
  shortcut: (x, state, { stride, outputChannels }) => {
    if (stride === 1 && outputChannels === x.shape[3]) return x;
    // tfjs leaves what lies outside out of its means, as ResNet-D does.
    const pooled = stride === 1 ? x : tf.avgPool(x, stride, stride, 'same');
    return stockUnit(pooled, state, { convolution: 'downsample.1', batchNorm: 'downsample.2', stride: 1, padding: 0 });
  },
});

const GROUPS = 4;

/** A filter in groups as a plain one, zero across groups. */
function ungrouped(filter: tf.Tensor4D): tf.Tensor4D {
  const [, , inputs] = filter.shape;
  const shares = tf.split<tf.Tensor4D>(filter, GROUPS, 3);
  const rows = shares.map((share, group) => {
    const [before, after] = [group * inputs, (GROUPS - 1 - group) * inputs];
    return tf.pad4d(share, [
      [0, 0],
      [0, 0],
      [before, after],
      [0, 0],
    ]);
  });
  return tf.concat4d(rows, 3);
}

describeBlock({
  ...common('v1.5'),
  title: 'bottleneckBlock, 4 groups of a wider middle (ResNeXt)',
  create: (options) =>
    bottleneckBlock({
      ...options,
      shortcut: 'B',
      stridePlacement: 'v1.5',
      groups: GROUPS,
      // Where the suite asks for channels that are no number, so is their multiple.
      innerChannels: Number.isInteger(options.channels) ? 2 * options.channels : options.channels,
    }),
  branch: (x, state, place) => {
    const name = 'layer2.0.conv2.weight';
    const dense = ungrouped(state.parameters[name] as tf.Tensor4D);
    return branch('v1.5')(x, { ...state, parameters: { ...state.parameters, [name]: dense } }, place);
  },
  shortcut: (x, state, place) =>
    place.stride === 1 && place.outputChannels === x.shape[3] ? x : projection(x, state, place),
});

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
