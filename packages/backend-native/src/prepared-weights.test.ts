import { convolutionBatchNormInference, type ChannelStatistics, type ScaleAndShift } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { NativeBackend, NativeMemory } from './native-backend.js';
import './index.js';

let backend: NativeBackend;

beforeAll(async () => {
  await tf.setBackend('native');
  backend = tf.backend() as NativeBackend;
});
afterEach(() => vi.restoreAllMocks());

interface Layer {
  readonly filter: tf.Tensor4D;
  readonly affine: ScaleAndShift;
  readonly running: ChannelStatistics;
}

function layer(channels: number, outputChannels: number): Layer {
  return {
    filter: tf.randomNormal([3, 3, channels, outputChannels], 0, 1, 'float32', 3),
    affine: { gamma: tf.ones([outputChannels]), beta: tf.zeros([outputChannels]) },
    running: { mean: tf.zeros([outputChannels]), variance: tf.ones([outputChannels]) },
  };
}

function dispose({ filter, affine, running }: Layer): void {
  tf.dispose([filter, affine.gamma, affine.beta, running.mean, running.variance]);
}

const memory = (): NativeMemory => tf.memory() as unknown as NativeMemory;

function run(x: tf.Tensor4D, { filter, affine, running }: Layer): number[] {
  return tf.tidy(() => [
    ...convolutionBatchNormInference(x, filter, affine, running, { padding: 1, relu: true }).dataSync(),
  ]);
}

describe('prepared weights', () => {
  test('are made once for a filter, and go with it', () => {
    const prepare = vi.spyOn(backend.addon, 'prepareConvolution');
    const x = tf.randomNormal<tf.Rank.R4>([1, 8, 8, 16], 0, 1, 'float32', 5);
    const weights = layer(16, 16);
    const before = memory();
    const first = run(x, weights);
    expect(run(x, weights)).toEqual(first);
    expect(prepare).toHaveBeenCalledTimes(1);
    // Beside the count of living tensors, which a step must leave as it was.
    expect(memory()).toMatchObject({ nativeBytesInUse: before.nativeBytesInUse });
    expect(memory().nativeBytesPrepared - before.nativeBytesPrepared).toBeGreaterThan(weights.filter.size * 4);
    dispose(weights);
    expect(memory()).toMatchObject({
      nativeBytesInUse: before.nativeBytesInUse,
      nativeBytesPrepared: before.nativeBytesPrepared,
    });
    x.dispose();
  });

  test('are made again when a statistic is another tensor, or the images ask for another layout', () => {
    const prepare = vi.spyOn(backend.addon, 'prepareConvolution');
    const x = tf.randomNormal<tf.Rank.R4>([1, 8, 8, 16], 0, 1, 'float32', 5);
    const weights = layer(16, 16);
    const plain = run(x, weights);
    const doubled = { ...weights, affine: { ...weights.affine, gamma: tf.fill([16], 2) as tf.Tensor1D } };
    const twice = run(x, doubled);
    expect(prepare).toHaveBeenCalledTimes(2);
    twice.forEach((value, index) => expect(value).toBeCloseTo(2 * (plain[index] ?? NaN), 4));
    doubled.affine.gamma.dispose();

    backend.addon.setDirectConvolution(true);
    try {
      const direct = run(x, weights);
      expect(prepare).toHaveBeenCalledTimes(3);
      direct.forEach((value, index) => expect(value).toBeCloseTo(plain[index] ?? NaN, 3));
    } finally {
      backend.addon.setDirectConvolution(false);
    }
    dispose(weights);
    x.dispose();
  });
});
