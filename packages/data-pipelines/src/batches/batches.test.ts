import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticSet } from '../__fixtures__/synthetic-set.js';
import { takeBatches, type TakenBatch } from '../__fixtures__/take-batches.js';
import { perPixelMean } from '../sets/per-pixel-mean.js';
import { createEvaluationBatches } from './create-evaluation-batches.js';
import { createTrainingBatches, type TrainingBatchesOptions } from './create-training-batches.js';
import { createLoaderPool } from './loader-pool.js';

const set = syntheticSet(50);
const options: TrainingBatchesOptions = {
  ...{ batchSize: 8, seed: 11, mean: perPixelMean(set), augmentation: { pad: 2, flip: true } },
};

beforeAll(() => setBackend('cpu'));

describe('createTrainingBatches', () => {
  it('visits every image once an epoch, in another order each epoch', async () => {
    const labelled = { ...set, classes: 50, labels: Uint8Array.from({ length: 50 }, (_, index) => index) };
    const batches = createTrainingBatches(labelled, { ...options, dropRemainder: false });
    expect(batches).toMatchObject({ examples: 50, batchSize: 8, batchesPerEpoch: 7 });
    const epochs = [await takeBatches(batches.epoch(0)), await takeBatches(batches.epoch(1))];
    for (const epoch of epochs) {
      expect(epoch.map((batch) => batch.shape)).toEqual([
        ...Array.from({ length: 6 }, () => [8, 8, 8, 3]),
        [2, 8, 8, 3],
      ]);
      expect(epoch.flatMap((batch) => batch.labels).sort((a, b) => a - b)).toEqual([...labelled.labels]);
    }
    expect(epochs[0]?.[0]?.labels).not.toEqual(epochs[1]?.[0]?.labels);
    expect(epochs[0]?.[0]?.labels).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('leaves out the remainder by default', async () => {
    const batches = createTrainingBatches(set, options);
    expect(batches).toMatchObject({ examples: 48, batchesPerEpoch: 6 });
    expect((await takeBatches(batches.epoch(0))).length).toBe(6);
  });

  it('pairs pixels with their labels, mean subtracted, when nothing is drawn', async () => {
    const { augmentation: _augmentation, ...plain } = options;
    const [batch] = await takeBatches(
      createTrainingBatches({ ...set, classes: 50, labels: set.labels.map((_, i) => i) }, plain).epoch(0),
      1,
    );
    batch?.labels.forEach((image, sample) => {
      const pixels = [...set.images.subarray(image * 192, (image + 1) * 192)];
      const wanted = pixels.map((pixel, at) => Math.fround(pixel - (options.mean[at] ?? NaN)));
      expect([...batch.images.subarray(sample * 192, (sample + 1) * 192)]).toEqual(wanted);
    });
  });

  it('starts anywhere and is read twice at once with the same bits', async () => {
    const batches = createTrainingBatches(set, options);
    const whole = await takeBatches(batches.epoch(3));
    expect(await takeBatches(batches.epoch(3, 4))).toEqual(whole.slice(4));
    expect(await takeBatches(batches.epoch(3, 6))).toEqual([]);
    const [first, second] = [await batches.epoch(3).iterator(), await batches.epoch(3, 1).iterator()];
    const read = async (stream: typeof first): Promise<TakenBatch | undefined> =>
      (await takeBatches({ iterator: () => Promise.resolve(stream) }, 1))[0];
    expect([await read(first), await read(second), await read(first), await read(second)]).toEqual([
      ...[whole[0], whole[1], whole[1], whole[2]],
    ]);
  });

  it.each([1, 2, 3])('yields the same bits with %d workers as with none', async (workers) => {
    const alone = createTrainingBatches(set, { ...options, dropRemainder: false });
    const helped = createTrainingBatches(set, { ...options, dropRemainder: false, workers });
    try {
      for (const [epoch, first] of [
        [0, 0],
        [1, 3],
        [7, 0],
      ] as const) {
        expect(await takeBatches(helped.epoch(epoch, first))).toEqual(await takeBatches(alone.epoch(epoch, first)));
      }
      // An epoch that is left early disturbs nothing.
      await takeBatches(helped.epoch(2), 1);
      expect(await takeBatches(helped.epoch(3))).toEqual(await takeBatches(alone.epoch(3)));
    } finally {
      await helped.close();
    }
  });

  it('hands out arrays that nobody writes again', async () => {
    for (const workers of [0, 1]) {
      const batches = createTrainingBatches(set, { ...options, workers });
      const iterator = await batches.epoch(0).iterator();
      const { value } = await iterator.next();
      const before = Float32Array.from(value.images.dataSync());
      await takeBatches({ iterator: () => Promise.resolve(iterator) });
      await takeBatches(batches.epoch(1));
      expect(Float32Array.from(value.images.dataSync())).toEqual(before);
      value.images.dispose();
      value.labels.dispose();
      await batches.close();
    }
  });

  it('holds no tensor between batches, also when an epoch is left early', async () => {
    const batches = createTrainingBatches(set, { ...options, workers: 1 });
    const before = memory().numTensors;
    await takeBatches(batches.epoch(0), 2);
    expect(memory().numTensors).toBe(before);
    await batches.close();
  });

  it('says that it was closed, and what to do when a worker dies', async () => {
    const batches = createTrainingBatches(set, { ...options, workers: 1 });
    await batches.close();
    await expect(takeBatches(batches.epoch(0))).rejects.toMatchObject({
      code: 'ERR_WORKER',
      message: expect.stringContaining('closed'),
    });

    const pool = createLoaderPool({ ...set, mean: options.mean, pad: 0 }, 2);
    const fine = pool.fill(Int32Array.of(0, 0, 0, 0), 192);
    // A negative length makes the second worker throw.
    const dying = pool.fill(Int32Array.of(0, 0, 0, 0), -1);
    await expect(dying).rejects.toMatchObject({
      code: 'ERR_WORKER',
      message: expect.stringMatching(/^expected a batch for loader worker 1, received .*run again with workers 0/),
    });
    await Promise.allSettled([fine]);
    await expect(pool.fill(Int32Array.of(0, 0, 0, 0), 192)).rejects.toMatchObject({ code: 'ERR_WORKER' });
    await pool.close();
  });

  it('lets the process end while workers idle', async () => {
    const module = new URL('./loader-pool.ts', import.meta.url).href;
    const script = `
      const { createLoaderPool } = await import(${JSON.stringify(module)});
      const pool = createLoaderPool({ images: new Uint8Array(4), mean: new Float32Array(4), height: 2, width: 2, channels: 1, pad: 0 }, 2);
      console.log((await pool.fill(Int32Array.of(0, 0, 0, 0), 4)).length);`;
    const parameters = ['--conditions=@resnet-ts/source', '--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: 60_000 });
    expect(stdout.trim()).toBe('4');
  });

  it('refuses what does not fit', () => {
    const create = (extra: object) => () => createTrainingBatches(set, { ...options, ...extra });
    expect(create({ batchSize: 0 })).toThrow('expected an integer >= 1 for batchSize, received 0');
    expect(create({ batchSize: 51 })).toThrow('expected at most 50, the images of the set for batchSize, received 51');
    expect(create({ mean: new Float32Array(3) })).toThrow('expected a Float32Array of 192 values (8 × 8 × 3) for mean');
    expect(create({ workers: -1 })).toThrow('expected an integer from 0 to 64 for workers, received -1');
    expect(create({ augmentation: { pad: 8, flip: true } })).toThrow(
      'expected an integer from 0 to 7 for augmentation.pad',
    );
    const batches = createTrainingBatches(set, options);
    expect(() => batches.epoch(-1)).toThrow('expected an integer from 0 to 4294967295 for epoch, received -1');
    expect(() => batches.epoch(0, 7)).toThrow('expected an integer from 0 to 6 for firstBatch, received 7');
  });
});

describe('createEvaluationBatches', () => {
  it('yields every image once, in order and whole, the last batch smaller', async () => {
    const batches = createEvaluationBatches(set, { batchSize: 20, mean: options.mean });
    expect(batches).toMatchObject({ examples: 50, batchSize: 20, batchesPerEpoch: 3 });
    const read = await takeBatches(batches.epoch());
    expect(read.map((batch) => batch.shape[0])).toEqual([20, 20, 10]);
    expect(read.flatMap((batch) => batch.labels)).toEqual([...set.labels]);
    const pixels = read.flatMap((batch) => [...batch.images]);
    expect(pixels).toEqual([...set.images].map((pixel, at) => Math.fround(pixel - (options.mean[at % 192] ?? NaN))));
    expect(await takeBatches(batches.epoch(9, 2))).toEqual(read.slice(2));
  });
});
