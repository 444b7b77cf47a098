import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { initializeNetwork } from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../create-network.js';
import { vggTable } from '../tables/vgg-tables.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('a VGG network', () => {
  it('is convolutions with bias and ReLU, 2×2 max pools, then three linear layers with two ReLUs between', () => {
    const table = vggTable('vgg16', 16);
    if (table === undefined) throw new Error('not reached');
    const stages = [
      { convolutions: 1, channels: 4 },
      { convolutions: 2, channels: 6 },
    ];
    const network = createNetwork({
      ...table,
      name: 'tiny',
      inputShape: [8, 12, 3],
      classes: 5,
      stages,
      hiddenFeatures: 16,
    });
    tf.tidy(() => {
      const { buffers, parameters: initial } = initializeNetwork(network, { seed: 1 });
      // Biases start at 0, where a forgotten one would go unseen.
      const parameters = Object.fromEntries(
        Object.entries(initial).map(([name, value], index) => [
          name,
          name.endsWith('.bias') ? tf.randomNormal(value.shape, 0, 0.5, 'float32', index + 1) : value,
        ]),
      );
      const images: tf.Tensor4D = tf.randomNormal([3, 8, 12, 3], 0, 1, 'float32', 5);
      const { logits } = network.apply(images, { parameters, buffers }, { training: true });

      const named = <T extends tf.Tensor>(name: string) => parameters[name] as T;
      const convolved = (x: tf.Tensor4D, name: string): tf.Tensor4D =>
        tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(x, named<tf.Tensor4D>(`${name}.weight`), 1, 1), named(`${name}.bias`)));
      const dense = (x: tf.Tensor, name: string): tf.Tensor2D =>
        tf.add(tf.matMul<tf.Tensor2D>(x, named(`${name}.weight`)), named(`${name}.bias`));
      const first = tf.maxPool(convolved(images, 'features.0'), 2, 2, 'valid');
      const second = tf.maxPool(convolved(convolved(first, 'features.3'), 'features.5'), 2, 2, 'valid');
      const fc6 = tf.relu(dense(tf.reshape(second, [3, 2 * 3 * 6]), 'classifier.0'));
      const fc7 = tf.relu(dense(fc6, 'classifier.3'));
      const expected = dense(fc7, 'classifier.6');

      expect(logits.shape).toEqual([3, 5]);
      const error = tf.max(tf.abs(tf.sub(logits, expected))).dataSync()[0];
      console.log(`VGG: maximum error ${error}`);
      expect(error).toBeLessThan(5e-6);
    });
  });

  it('has no buffers: training and inference are one function', () => {
    expect(createNetwork('vgg16').buffers).toEqual([]);
  });
});
