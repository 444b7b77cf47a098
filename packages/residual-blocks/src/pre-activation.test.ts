import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, NetworkState } from '@resnet-ts/tensor-ops';
import { initializeNetwork } from '@resnet-ts/tensor-ops';
import { describe, expect, it } from 'vitest';
import { describeBlock, stockZeroPad, type BlockUnderTest, type Place } from './block.conformance.js';
import { preActivationBasicBlock } from './pre-activation-basic-block.js';
import { preActivationBottleneckBlock } from './pre-activation-bottleneck-block.js';

const NAME = 'layer2.0';
const tensor = (tensors: NamedTensors, name: string) => tensors[`${NAME}.${name}`] as tf.Tensor;

/** Batch norm with running statistics, then ReLU, from stock tfjs ops. */
function activated(x: tf.Tensor4D, { parameters, buffers }: NetworkState, name: string): tf.Tensor4D {
  const deviation = tf.sqrt(tf.add(tensor(buffers, `${name}.running_var`), 1e-5));
  const normalized = tf.div(tf.sub(x, tensor(buffers, `${name}.running_mean`)), deviation);
  return tf.relu(tf.add(tf.mul(normalized, tensor(parameters, `${name}.weight`)), tensor(parameters, `${name}.bias`)));
}

function convolved(x: tf.Tensor4D, { parameters }: NetworkState, name: string, stride: number): tf.Tensor4D {
  const filter = tensor(parameters, `${name}.weight`) as tf.Tensor4D;
  const around = (filter.shape[0] - 1) / 2;
  const padded = tf.pad(x, [[0, 0], [around, around], [around, around], [0, 0]]); // prettier-ignore
  return tf.conv2d(padded, filter, stride, 'valid');
}

const basic: BlockUnderTest['branch'] = (x, state, { stride }) => {
  const middle = activated(convolved(activated(x, state, 'bn1'), state, 'conv1', stride), state, 'bn2');
  return convolved(middle, state, 'conv2', 1);
};
const bottleneck: BlockUnderTest['branch'] = (x, state, { stride }) => {
  const reduced = activated(convolved(activated(x, state, 'bn1'), state, 'conv1', 1), state, 'bn2');
  return convolved(activated(convolved(reduced, state, 'conv2', stride), state, 'bn3'), state, 'conv3', 1);
};
const changes = (x: tf.Tensor4D, { stride, outputChannels }: Place) => stride !== 1 || outputChannels !== x.shape[3];
const identity = (sum: tf.Tensor4D) => sum;

for (const activateShortcut of [true, false]) {
  const entrance = (x: tf.Tensor4D, state: NetworkState) => (activateShortcut ? activated(x, state, 'bn1') : x);
  const projected: BlockUnderTest['shortcut'] = (x, state, place) => {
    const start = entrance(x, state);
    return changes(x, place) ? convolved(start, state, 'downsample.0', place.stride) : start;
  };
  const from = `its shortcut from ${activateShortcut ? 'the activated input' : 'x'}`;

  describeBlock({
    title: `preActivationBasicBlock, option A, ${from}`,
    expansion: 1,
    lastBatchNorm: 'bn2',
    closedBy: ['conv2.weight'],
    after: identity,
    branch: basic,
    create: (options) => preActivationBasicBlock({ ...options, shortcut: 'A', activateShortcut }),
    shortcut: (x, state, place) =>
      changes(x, place) ? stockZeroPad(entrance(x, state), place, 0) : entrance(x, state),
  });

  describeBlock({
    title: `preActivationBasicBlock, option B, ${from}`,
    expansion: 1,
    lastBatchNorm: 'bn2',
    closedBy: ['conv2.weight'],
    after: identity,
    branch: basic,
    create: (options) => preActivationBasicBlock({ ...options, shortcut: 'B', activateShortcut }),
    shortcut: projected,
  });

  describeBlock({
    title: `preActivationBottleneckBlock, option B, ${from}`,
    expansion: 4,
    lastBatchNorm: 'bn3',
    closedBy: ['conv3.weight'],
    after: identity,
    branch: bottleneck,
    create: (options) => preActivationBottleneckBlock({ ...options, shortcut: 'B', activateShortcut }),
    shortcut: projected,
  });
}

describe('dropout between the convolutions', () => {
  const options = { name: NAME, inputShape: [4, 4, 8], channels: 8, stride: 1, shortcut: 'A' } as const;
  const block = preActivationBasicBlock({ ...options, activateShortcut: false, dropoutRate: 0.3 });
  const values = (mode: Parameters<typeof block.apply>[2]) =>
    tf.tidy(() => {
      const state = initializeNetwork(block, { seed: 1 });
      return [...block.apply(tf.randomNormal([2, 4, 4, 8], 0, 1, 'float32', 1), state, mode).y.dataSync()];
    });

  it('acts in training alone, and only with something to draw from', () => {
    const plain = values({ training: true });
    const randomness = { seed: 1, step: 0 };
    expect(values({ training: true, randomness })).not.toEqual(plain);
    expect(values({ training: false, randomness })).toEqual(values({ training: false }));
  });

  it('draws by step', () => {
    const at = (step: number) => values({ training: true, randomness: { seed: 1, step } });
    expect(at(1)).not.toEqual(at(0));
    expect(at(1)).toEqual(at(1));
  });
});
