import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { preparation } from './preparation.js';

beforeAll(() => tf.setBackend('cpu'));

describe('preparation', () => {
  // Two pixels of two channels: means 1 and 3, and 10 and 30.
  const preprocessing = {
    shape: [1, 2, 2] as const,
    mean: Float32Array.of(1, 10, 3, 30),
    deviation: Float32Array.of(1, 2),
  };
  const prepared = (crops: boolean, pixels: readonly number[], width: number): number[] =>
    tf.tidy(() => [...preparation(preprocessing, crops)(tf.tensor4d([...pixels], [1, 1, width, 2])).dataSync()]);

  it('subtracts the mean of each pixel from crops of the network’s size', () => {
    expect(prepared(true, [5, 50, 5, 50], 2)).toEqual([4, 20, 2, 10]);
  });

  it('subtracts the mean of each channel from images of other sizes', () => {
    expect(prepared(false, [5, 50, 5, 50, 5, 50], 3)).toEqual([3, 15, 3, 15, 3, 15]);
  });
});
