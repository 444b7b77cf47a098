import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { initializeNetwork } from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { pooledConvolution } from './pooled-convolution.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const block = pooledConvolution({ name: 'layer1.0', inputShape: [7, 6, 3], channels: 5 });

describe('pooledConvolution', () => {
  it('lists what it owns, and the shape that pooling leaves', () => {
    expect(block.outputShape).toEqual([3, 3, 5]);
    expect(block.parameters.map(({ name }) => name)).toEqual([
      'layer1.0.conv.weight',
      'layer1.0.bn.weight',
      'layer1.0.bn.bias',
    ]);
    expect(block.layers.map(({ name, kind, multiplyAdds }) => [name, kind, multiplyAdds])).toEqual([
      ['layer1.0.conv', 'convolution', 7 * 6 * 27 * 5],
      ['layer1.0.pool', 'max-pool', 0],
      ['layer1.0.bn', 'batch-norm', 0],
    ]);
    expect(block.layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(27 * 5 + 2 * 5);
  });

  it.each([true, false])('is convolution, pool, batch norm and ReLU of stock operations (training: %s)', (training) => {
    tf.tidy(() => {
      const { parameters: filters, buffers } = initializeNetwork(block, { seed: 2 });
      const gamma = tf.tensor1d([1, -1, 0.5, 2, 1]);
      const beta = tf.tensor1d([0.3, 0, -0.2, 0.1, 0]);
      const parameters = { ...filters, 'layer1.0.bn.weight': gamma, 'layer1.0.bn.bias': beta };
      const x = tf.randomNormal<tf.Rank.R4>([4, 7, 6, 3], 0, 1, 'float32', 3);
      const { y } = block.apply(x, { parameters, buffers }, { training });

      const filter = filters['layer1.0.conv.weight'] as tf.Tensor4D;
      const pooled = tf.maxPool(tf.conv2d(x, filter, 1, 'same'), 2, 2, 'valid');
      const { mean, variance } = training
        ? tf.moments(pooled, [0, 1, 2])
        : { mean: tf.zeros([5]), variance: tf.ones([5]) };
      const wanted = tf.relu(tf.batchNorm4d(pooled, mean as tf.Tensor1D, variance as tf.Tensor1D, beta, gamma, 1e-5));
      const error = tf.max(tf.abs(tf.sub(y, wanted))).dataSync()[0] ?? NaN;
      console.log(`maximum error ${error.toExponential(1)}`);
      expect(y.shape).toEqual([4, 3, 3, 5]);
      expect(error).toBeLessThan(5e-6); // 27 float32 products and one normalisation, values to 5
      expect(tf.max(y).dataSync()[0]).toBeGreaterThan(0);
    });
  });

  it('refuses a map that a 2×2 window does not fit', () => {
    expect(() => pooledConvolution({ name: 'a', inputShape: [1, 1, 3], channels: 5 })).toThrow(/at least 2 pixels/);
  });
});
