import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { initializeNetwork } from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { cifarStem, imagenetStem } from './stems.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each([
  ['cifarStem', cifarStem],
  ['imagenetStem', imagenetStem],
])('%s', (_, create) => {
  it.each([
    [32, 32, 3],
    [15, 9, 1],
  ])('gives the shape it lists for %i×%i×%i images', (height, width, channels) => {
    tf.tidy(() => {
      const stem = create([height, width, channels], 4);
      const { y } = stem.apply(tf.ones([2, height, width, channels]), initializeNetwork(stem, { seed: 1 }), {
        training: true,
      });
      expect(y.shape).toEqual([2, ...stem.outputShape]);
    });
  });
});

describe('imagenetStem', () => {
  it('is 7×7 of stride 2, batch norm, ReLU and a 3×3 max pool of stride 2 padded by 1', () => {
    tf.tidy(() => {
      const stem = imagenetStem([16, 12, 3], 4);
      expect(stem.outputShape).toEqual([4, 3, 4]);
      const state = initializeNetwork(stem, { seed: 1 });
      const images: tf.Tensor4D = tf.randomNormal([2, 16, 12, 3], 0, 1, 'float32', 5);
      const { y } = stem.apply(images, state, { training: false });

      const filter = state.parameters['conv1.weight'] as tf.Tensor4D;
      const z = tf.conv2d(pad(images, 3), filter, 2, 'valid');
      // γ, β, mean and variance are 1, 0, 0 and 1 at the start. After the ReLU a padded zero never wins either.
      const activation = tf.relu(tf.div<tf.Tensor4D>(z, Math.sqrt(1 + 1e-5)));
      const pooled = tf.maxPool(pad(activation, 1), 3, 2, 'valid');
      expect(y.shape).toEqual(pooled.shape);
      const error = tf.max(tf.abs(tf.sub(y, pooled))).dataSync()[0];
      console.log(`imagenetStem: maximum error ${error}`);
      expect(error).toBeLessThan(5e-6); // 147 products of order 1
    });
  });
});

function pad(x: tf.Tensor4D, pixels: number): tf.Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [pixels, pixels],
    [pixels, pixels],
    [0, 0],
  ]);
}
