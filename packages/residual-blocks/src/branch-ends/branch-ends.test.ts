import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, initializeNetwork, type NetworkState } from '@resnet-ts/tensor-ops';
import { describe, expect, it } from 'vitest';
import { basicBlock } from '../basic-block.js';
import { describeBlock, stockUnit, type BlockUnderTest } from '../block.conformance.js';
import { bottleneckBlock } from '../bottleneck-block.js';
import { squeezeExcitation } from './squeeze-excitation.js';
import { stochasticDepth } from './stochastic-depth.js';

const named = ({ parameters }: NetworkState, name: string) => parameters[`layer2.0.${name}`] as tf.Tensor;

/** Squeeze-and-excitation from stock tfjs ops. */
function recalibrated(x: tf.Tensor4D, state: NetworkState): tf.Tensor4D {
  const dense = (input: tf.Tensor, name: string) =>
    tf.add(tf.matMul(input, named(state, `${name}.weight`)), named(state, `${name}.bias`));
  const gates = tf.sigmoid(dense(tf.relu(dense(tf.mean(x, [1, 2]), 'se.fc1')), 'se.fc2'));
  return tf.mul(x, tf.reshape(gates, [x.shape[0], 1, 1, x.shape[3]]));
}

const projected: BlockUnderTest['shortcut'] = (x, state, { stride, outputChannels }) =>
  stride === 1 && outputChannels === x.shape[3]
    ? x
    : stockUnit(x, state, { convolution: 'downsample.0', batchNorm: 'downsample.1', stride, padding: 0 });

describeBlock({
  title: 'basicBlock with squeeze-and-excitation',
  expansion: 1,
  lastBatchNorm: 'bn2',
  create: (options) => basicBlock({ ...options, shortcut: 'B', ends: [squeezeExcitation(1 / 4)] }),
  shortcut: projected,
  branch: (x, state, { stride }) => {
    const first = stockUnit(x, state, { convolution: 'conv1', batchNorm: 'bn1', stride, padding: 1 });
    const last = stockUnit(tf.relu(first), state, { convolution: 'conv2', batchNorm: 'bn2', stride: 1, padding: 1 });
    return recalibrated(last, state);
  },
});

describeBlock({
  title: 'bottleneckBlock with squeeze-and-excitation and stochastic depth',
  expansion: 4,
  lastBatchNorm: 'bn3',
  create: (options) =>
    bottleneckBlock({
      ...options,
      shortcut: 'B',
      stridePlacement: 'v1.5',
      ends: [squeezeExcitation(1 / 16), stochasticDepth(0.5)],
    }),
  shortcut: projected,
  branch: (x, state, { stride }) => {
    const reduced = stockUnit(x, state, { convolution: 'conv1', batchNorm: 'bn1', stride: 1, padding: 0 });
    const middle = stockUnit(tf.relu(reduced), state, { convolution: 'conv2', batchNorm: 'bn2', stride, padding: 1 });
    const last = stockUnit(tf.relu(middle), state, { convolution: 'conv3', batchNorm: 'bn3', stride: 1, padding: 0 });
    return recalibrated(last, state);
  },
});

describe('stochasticDepth', () => {
  const place = { name: 'layer2.0', inputShape: [4, 4, 4], channels: 4, stride: 1, shortcut: 'A' } as const;
  const block = basicBlock({ ...place, ends: [stochasticDepth(0.5)] });
  const images = () => tf.randomNormal<tf.Rank.R4>([16, 4, 4, 4], 0, 1, 'float32', 1);
  const outputs = (mode: Parameters<typeof block.apply>[2]) =>
    tf.tidy(() => {
      const { y, buffers } = block.apply(images(), initializeNetwork(block, { seed: 1 }), mode);
      const statistics = Object.values(buffers).map((tensor) => [...tensor.dataSync()]);
      return { rows: tf.reshape(y, [16, 64]).arraySync() as number[][], statistics };
    });
  const randomness = { seed: 1, step: 5 };

  it('leaves an image with its shortcut, or doubles its branch', () => {
    const around = tf.tidy(() => tf.reshape(images(), [16, 64]).arraySync() as number[][]);
    const plain = outputs({ training: true });
    const drawn = outputs({ training: true, randomness });
    const close = (a: readonly number[], b: readonly number[]) =>
      a.every((value, index) => Math.abs(value - (b[index] ?? Number.NaN)) < 1e-5);
    let dropped = 0;
    drawn.rows.forEach((row, image) => {
      const x = around[image] ?? [];
      const alone = x.map((value) => Math.max(0, value));
      if (close(row, alone)) dropped += 1;
      // Where the plain block is above zero it is branch + x, so the branch twice over is twice that, less x.
      else
        (plain.rows[image] ?? []).forEach((y, at) => {
          if (y > 0) expect(Math.abs((row[at] ?? NaN) - Math.max(0, 2 * y - (x[at] ?? NaN)))).toBeLessThan(1e-5);
        });
    });
    expect(dropped).toBeGreaterThan(2);
    expect(dropped).toBeLessThan(14);
    // Batch norm has seen every image either way.
    expect(drawn.statistics).toEqual(plain.statistics);
  });

  it('is the plain block in inference, and in training without anything to draw from', () => {
    const plain = basicBlock(place);
    for (const mode of [{ training: false, randomness }, { training: false }, { training: true }]) {
      const wanted = tf.tidy(() => [
        ...plain.apply(images(), initializeNetwork(plain, { seed: 1 }), mode).y.dataSync(),
      ]);
      expect(outputs(mode).rows.flat()).toEqual(wanted);
    }
  });
});

describe('what a branch ends in refuses', () => {
  it.each([1, -0.5, Number.NaN])('a drop rate of %f', (rate) => {
    expect(() => stochasticDepth(rate)).toThrow(ArgumentError);
  });
  it.each([0, -1, 1.5, Number.NaN])('a squeeze ratio of %f', (ratio) => {
    expect(() => squeezeExcitation(ratio)).toThrow(ArgumentError);
  });
  it('a ratio that leaves no channel', () => {
    expect(() => squeezeExcitation(1 / 16)('layer1.0', [4, 4, 8])).toThrow(/a ratio that leaves a channel of 8/);
  });
});
