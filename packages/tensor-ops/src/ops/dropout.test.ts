import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoLeaks, setupBackend } from '@resnet-ts/test-utils';
import { segment } from '../autodiff/segment.js';
import { valueAndGradients } from '../autodiff/value-and-gradients.js';
import { CHECKPOINTING, type Checkpointing } from '../contracts/checkpointing.js';
import { ArgumentError, ShapeError } from '../errors/residual-error.js';
import { dropExamples, dropout } from './dropout.js';
import { globalAveragePool } from './global-average-pool.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

beforeAll(() => setupBackend('cpu'));

const options = (rate: number, step = 0, name = 'layer1.0', seed = 1) => ({ rate, name, randomness: { seed, step } });
const values = (tensor: tf.Tensor) => [...tensor.dataSync()];

describe('dropout', () => {
  it('keeps 1 − rate of the values, scaled so that the mean stays', () => {
    const y = values(dropout(tf.ones([40_000]), options(0.25)));
    expect(new Set(y)).toEqual(new Set([0, Math.fround(4 / 3)]));
    // Binomial: a deviation of 0.0022 in 40,000 draws; five of them.
    expect(Math.abs(y.filter((value) => value === 0).length / y.length - 0.25)).toBeLessThan(0.011);
  });

  it('draws anew for another step, layer or seed, and the same again for the same', () => {
    const x = tf.ones([256]);
    const drawn = (...rest: Parameters<typeof options>) => values(dropout(x, options(...rest))).join();
    const all = [drawn(0.5), drawn(0.5, 1), drawn(0.5, 0, 'layer1.1'), drawn(0.5, 0, 'layer1.0', 2)];
    expect(new Set(all).size).toBe(4);
    expect(drawn(0.5, 1)).toBe(all[1]);
  });
});

describe('dropExamples', () => {
  it('drops whole images', () => {
    const y = values(dropExamples(tf.ones([64, 2, 2, 3]), options(0.5)));
    const images = Array.from({ length: 64 }, (_, image) => new Set(y.slice(image * 12, image * 12 + 12)));
    for (const image of images) expect([[0], [2]]).toContainEqual([...image]);
    const dropped = images.filter((image) => image.has(0)).length;
    expect(dropped).toBeGreaterThan(16);
    expect(dropped).toBeLessThan(48);
  });

  it('does not depend on the size of the batch', () => {
    const first = values(dropExamples(tf.ones([8, 1]), options(0.5)));
    expect(values(dropExamples(tf.ones([32, 1]), options(0.5))).slice(0, 8)).toEqual(first);
  });

  it('drops nothing at rate 0', () => {
    expect(values(dropExamples(tf.ones([8, 2]), options(0)))).toEqual(Array.from({ length: 16 }, () => 1));
  });
});

describe.each([dropout, dropExamples])('%o', (operation) => {
  it('gives the gradient to what it kept, alone and in segments that run twice', () => {
    const x = tf.randomNormal<tf.Rank.R4>([6, 2, 2, 3], 0, 1, 'float32', 1);
    const labels = tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32');
    const run = (checkpointing?: Checkpointing) => {
      const { gradients, auxiliary } = valueAndGradients({ x }, ({ x: input }) => {
        const body = (value: tf.Tensor4D) => ({ y: operation(value, options(0.5, 3)), buffers: {} });
        const image = input as tf.Tensor4D;
        const { y } = checkpointing === undefined ? body(image) : segment(image, body, checkpointing);
        return { loss: softmaxCrossEntropy(globalAveragePool(y), labels), auxiliary: { y } };
      });
      return { y: values(auxiliary['y'] as tf.Tensor), dx: values(gradients['x'] as tf.Tensor) };
    };
    const wanted = run();
    expect(wanted.dx.map((value) => value === 0)).toEqual(wanted.y.map((value) => value === 0));
    for (const checkpointing of CHECKPOINTING) expect(run(checkpointing)).toEqual(wanted);
  });

  it('refuses a rate that leaves nothing, and what is no tensor', () => {
    for (const rate of [1, -0.1, Number.NaN])
      expect(() => operation(tf.ones([2, 2]), options(rate))).toThrow(ArgumentError);
    expect(() => operation(tf.ones([2, 2]), options(0.5, -1))).toThrow(ArgumentError);
    expect(() => operation(tf.ones([2, 2], 'int32'), options(0.5))).toThrow(ShapeError);
  });

  it('leaves nothing behind', async () => {
    const x = tf.ones([4, 3]);
    await expectNoLeaks(() => operation(x, options(0.5)).dispose());
  });
});
