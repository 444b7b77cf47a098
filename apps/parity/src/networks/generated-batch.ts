import type { Batch } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { integerValues, sizeOf, uniformValues } from '../golden/generated-values.js';
import type { NetworkGolden } from '../golden/golden-types.js';

/** The first `count` images, uniform on [-2, 2), and labels of a golden. The caller disposes both tensors. */
export function generatedBatch({ size, classes, origin: { seed } }: NetworkGolden, count: number): Batch {
  const shape: [number, number, number, number] = [count, size, size, 3];
  return {
    images: tf.tensor4d(uniformValues(seed, 'images', sizeOf(shape), -2, 2), shape),
    labels: tf.tensor1d(integerValues(seed, 'labels', count, 0, classes), 'int32'),
  };
}
