import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { averagedLogits } from './test-views.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Two images of 3×3 with one channel: 1 … 9 and 10 … 18. */
const images = () =>
  tf.tensor4d(
    Float32Array.from({ length: 18 }, (_, at) => at + 1),
    [2, 3, 3, 1],
  );
/** A "network" that hands out the nine pixels, so that every average can be seen. */
const pixels = (view: tf.Tensor4D) => tf.reshape(view, [2, 9]) as tf.Tensor2D;
const rows = async (views: 'mirrored' | 'shifted' | undefined) =>
  (await tf.tidy(() => averagedLogits(images(), views, pixels)).array()) as number[][];

describe('averagedLogits', () => {
  test('one view: the image as it is', async () => {
    expect((await rows(undefined))[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('mirrored: each column averaged with the one across', async () => {
    const [first, second] = await rows('mirrored');
    expect(first).toEqual([2, 2, 2, 5, 5, 5, 8, 8, 8]);
    expect(second).toEqual([11, 11, 11, 14, 14, 14, 17, 17, 17]);
  });

  test('shifted: half of it still, a quarter to the upper left, a quarter to the lower right, zeros moving in', async () => {
    const upperLeft = [5, 6, 0, 8, 9, 0, 0, 0, 0];
    const lowerRight = [0, 0, 0, 0, 1, 2, 0, 4, 5];
    const still = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const across = (at: number) => at + 2 - 2 * (at % 3);
    const both = (view: number[]) => view.map((value, at) => (value + (view[across(at)] ?? NaN)) / 2);
    const expected = still.map(
      (_, at) => (both(still)[at] ?? NaN) / 2 + ((both(upperLeft)[at] ?? NaN) + (both(lowerRight)[at] ?? NaN)) / 4,
    );
    expect((await rows('shifted'))[0]).toEqual(expected);
  });

  test('leaves nothing but the average', () => {
    const before = tf.memory().numTensors;
    const average = tf.tidy(() => averagedLogits(images(), 'shifted', pixels));
    expect(tf.memory().numTensors).toBe(before + 1);
    average.dispose();
  });
});
