import '@tensorflow/tfjs-backend-cpu';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { takeBatches } from '../__fixtures__/take-batches.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { paperAugmentation, torchAugmentation } from '../augmentation/image-augmentation.js';
import { openImageFolder } from '../sources/image-folder.js';
import type { ImageSource } from '../sources/image-source.js';
import { createImageEvaluationBatches } from './create-image-evaluation-batches.js';
import { createImageTrainingBatches, type ImageTrainingBatchesOptions } from './create-image-training-batches.js';

const temporaryFolder = useTemporaryFolders();
const open = async (options: { pictures?: number; broken?: boolean } = {}): Promise<ImageSource> =>
  await openImageFolder(await pictureFolder(await temporaryFolder(), options));

const paper: ImageTrainingBatchesOptions = {
  ...{ batchSize: 4, seed: 5, workers: 0, dropRemainder: false },
  augmentation: { ...paperAugmentation, size: 24, crop: { kind: 'scale-crop', shorterSide: [26, 40] } },
  normalization: { mean: [120, 110, 100], deviation: [60, 50, 40] },
};

beforeAll(() => setBackend('cpu'));

describe('createImageTrainingBatches', () => {
  // A step that diverges blocks this thread while workers finish, and all is closed at once: the process then ended in
  // the middle, without a word, two times of three.
  it('keeps the process alive until it is closed, whatever its workers have just finished', async () => {
    const folder = await pictureFolder(await temporaryFolder());
    const images = JSON.stringify(new URL('../images/index.ts', import.meta.url).href);
    const script = `
      import '@tensorflow/tfjs-backend-cpu';
      const { createImageTrainingBatches, openImageFolder, paperAugmentation } = await import(${images});
      const source = await openImageFolder(${JSON.stringify(folder)});
      const augmentation = { ...paperAugmentation, size: 24 };
      const normalization = { mean: [0, 0, 0], deviation: [1, 1, 1] };
      for (let run = 0; run < 5; run += 1) {
        const batches = createImageTrainingBatches(source, { batchSize: 2, seed: 1, workers: 1, augmentation, normalization });
        await (await batches.epoch(0).iterator()).next();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        await batches.close();
      }
      process.stdout.write('closed');`;
    const parameters = ['--conditions=@resnet-ts/source', '--import', 'tsx', '--input-type=module', '--eval', script];
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd, timeout: 60_000 });
    expect(stdout.endsWith('closed')).toBe(true);
  });

  it('visits every image once an epoch, in another order each epoch', async () => {
    const batches = createImageTrainingBatches(await open(), paper);
    expect(batches).toMatchObject({ examples: 9, batchSize: 4, batchesPerEpoch: 3 });
    const epochs = [await takeBatches(batches.epoch(0)), await takeBatches(batches.epoch(1))];
    for (const epoch of epochs) {
      expect(epoch.map(({ shape }) => shape)).toEqual([
        [4, 24, 24, 3],
        [4, 24, 24, 3],
        [1, 24, 24, 3],
      ]);
      expect(epoch.flatMap(({ labels }) => labels).sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(createImageTrainingBatches(await open(), { ...paper, dropRemainder: true })).toMatchObject({ examples: 8 });
  });

  it('pairs pixels with their labels', async () => {
    const { lighting: _lighting, ...augmentation } = paper.augmentation;
    const normalization = { mean: [0, 0, 0] };
    const batches = createImageTrainingBatches(await open(), { ...paper, augmentation, normalization });
    for (const { images, labels } of await takeBatches(batches.epoch(3))) {
      labels.forEach((label, sample) => {
        // Blue is 20 · the picture's number, and there are three pictures a class.
        const blue = images[sample * 24 * 24 * 3 + 2] ?? NaN;
        expect(Math.floor((blue + 6) / 60)).toBe(label);
      });
    }
  });

  it.each([
    [1, { ...torchAugmentation, size: 20 }],
    [3, paper.augmentation],
  ])('yields the same bits with %d workers as with none, from any batch on', async (workers, augmentation) => {
    const source = await open({ broken: true });
    const options = { ...paper, augmentation, onBroken: 'skip' } as const;
    const alone = createImageTrainingBatches(source, options);
    const helped = createImageTrainingBatches(source, { ...options, workers });
    try {
      // The one has met all broken images before, the other meets them at a resume in the middle of an epoch.
      const whole = await takeBatches(alone.epoch(0));
      const later = await takeBatches(alone.epoch(2));
      expect(await takeBatches(helped.epoch(2, 1))).toEqual(later.slice(1));
      expect(await takeBatches(helped.epoch(0))).toEqual(whole);
      expect(helped.broken()).toEqual(alone.broken());
    } finally {
      await helped.close();
    }
  });

  it('goes on from one epoch with the next, whose first batches are in work before the last are taken', async () => {
    const source = await open();
    const read: number[] = [];
    const watched = { ...source, location: (image: number) => (read.push(image), source.location(image)) };
    const batches = createImageTrainingBatches(watched, { ...paper, batchSize: 3, workers: 1 });
    try {
      const first = await takeBatches(batches.epoch(0));
      expect(read.length).toBeGreaterThan(9);
      const second = await takeBatches(batches.epoch(1));
      const alone = createImageTrainingBatches(source, { ...paper, batchSize: 3 });
      expect(first).toEqual(await takeBatches(alone.epoch(0)));
      expect(second).toEqual(await takeBatches(alone.epoch(1)));
    } finally {
      await batches.close();
    }
  });

  it('counts and names broken images, and fills their places with whole ones', async () => {
    const source = await open({ broken: true });
    expect(source.count).toBe(12);
    const batches = createImageTrainingBatches(source, { ...paper, onBroken: 'skip' });
    const epoch = await takeBatches(batches.epoch(0));
    expect(epoch.flatMap(({ labels }) => labels).length).toBe(12);
    expect(epoch.every(({ images }) => images.some((value) => value !== 0))).toBe(true);
    expect(batches.broken()).toEqual([
      {
        id: 'n0/text.jpg',
        reason: expect.stringContaining('expected a JPEG, PNG or WebP image, received a file that'),
      },
      { id: 'n1/truncated.jpg', reason: 'expected a whole image, received one that is cut short' },
      { id: 'n2/empty.png', reason: 'expected a JPEG, PNG or WebP image, received an empty file' },
    ]);
  });

  it.each([0, 1])('fails on the first broken image by default, naming it, with %d workers', async (workers) => {
    const batches = createImageTrainingBatches(await open({ broken: true }), { ...paper, workers });
    try {
      await expect(takeBatches(batches.epoch(0))).rejects.toMatchObject({
        code: 'ERR_DATA',
        message: expect.stringMatching(/^n\d\/\w+\.\w+: expected .* for the image, .*; remove or replace the image/),
      });
    } finally {
      await batches.close();
    }
  });

  it('says so where no image is whole', async () => {
    const source = await open({ broken: true });
    const broken = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].filter((image) => /text|trunc|empty/.test(source.id(image)));
    const only = { ...source, count: 3, location: (image: number) => source.location(broken[image] ?? NaN) };
    const batches = createImageTrainingBatches(only, { ...paper, onBroken: 'skip' });
    await expect(takeBatches(batches.epoch(0))).rejects.toThrow('expected images that can be decoded');
  });

  it('holds no tensor between batches, also when an epoch is left early', async () => {
    const batches = createImageTrainingBatches(await open(), { ...paper, workers: 1 });
    const before = memory().numTensors;
    await takeBatches(batches.epoch(0), 1);
    expect(memory().numTensors).toBe(before);
    await batches.close();
    await expect(takeBatches(batches.epoch(0))).rejects.toMatchObject({ code: 'ERR_WORKER' });
  });

  it('refuses what does not fit', async () => {
    const source = await open();
    const create = (change: object) => () => createImageTrainingBatches(source, { ...paper, ...change });
    expect(create({ batchSize: 10, dropRemainder: true })).toThrow('expected at most 9, the images of the source');
    expect(create({ workers: 65 })).toThrow('expected an integer from 0 to 64 for workers');
    expect(create({ onBroken: 'ignore' })).toThrow("expected 'skip' or 'fail' for onBroken");
    expect(create({ normalization: { mean: [1, 2] } })).toThrow('expected 3 values, or 1728 (24 × 24 × 3)');
    expect(create({ normalization: { mean: [1, 2, NaN] } })).toThrow('expected finite values for normalization.mean');
    expect(create({ normalization: { mean: [1, 2, 3], deviation: [1, 0, 1] } })).toThrow('normalization.deviation');
    expect(create({ limits: { bytes: 0 } })).toThrow('limits.bytes');
    const batches = createImageTrainingBatches(source, paper);
    expect(() => batches.epoch(-1)).toThrow('for epoch');
    expect(() => batches.epoch(0, 4)).toThrow('expected an integer from 0 to 3 for firstBatch');
  });
});

describe('createImageEvaluationBatches', () => {
  const options = { batchSize: 5, normalization: paper.normalization, shorterSide: 28, size: 24, workers: 0 };

  it('yields the centre of every image once, in order, and leaves out broken ones where they are skipped', async () => {
    const whole = await takeBatches(createImageEvaluationBatches(await open(), options).epoch());
    expect(whole.map(({ labels }) => labels)).toEqual([
      [0, 0, 0, 1, 1],
      [1, 2, 2, 2],
    ]);
    const source = await open({ broken: true });
    const some = createImageEvaluationBatches(source, { ...options, batchSize: 1, onBroken: 'skip', workers: 1 });
    const read = await takeBatches(some.epoch());
    expect(read.flatMap(({ labels }) => labels)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(read.map(({ images }) => images)).toEqual(
      whole.flatMap(({ images, labels }) => labels.map((_, at) => images.slice(at * 1728, (at + 1) * 1728))),
    );
    expect(some.broken().length).toBe(3);
    expect(await takeBatches(some.epoch(7, 2))).toEqual(read.slice(2));
    await some.close();
  });

  it('refuses a crop larger than the image', async () => {
    const source = await open();
    expect(() => createImageEvaluationBatches(source, { ...options, size: 29 })).toThrow('from 1 to 28 for size');
  });
});
