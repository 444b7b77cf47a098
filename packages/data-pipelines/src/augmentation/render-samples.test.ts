import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { takeBatches } from '../__fixtures__/take-batches.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { createImageTrainingBatches } from '../batches/create-image-training-batches.js';
import { openImageFolder } from '../sources/image-folder.js';
import { paperAugmentation } from './image-augmentation.js';
import { renderSamples } from './render-samples.js';

const temporaryFolder = useTemporaryFolders();
const augmentation = { ...paperAugmentation, size: 24, crop: { kind: 'scale-crop', shorterSide: [26, 40] } } as const;

beforeAll(() => setBackend('cpu'));

it('shows what training sees: the samples of an epoch are those of its batches', async () => {
  const source = await openImageFolder(await pictureFolder(await temporaryFolder()));
  const images = Uint32Array.from({ length: source.count }, (_, image) => image);
  const { rows, broken } = await renderSamples(source, { images, augmentation, epochs: 2, seed: 9 });
  expect(broken).toEqual([]);
  expect(rows.map(({ image, samples }) => [image, samples.length])).toEqual([...images].map((image) => [image, 2]));
  const batches = createImageTrainingBatches(source, {
    ...{ batchSize: 9, seed: 9, workers: 0, augmentation, normalization: { mean: [0, 0, 0] } },
  });
  const [batch] = await takeBatches(batches.epoch(1));
  const trained = Array.from({ length: 9 }, (_, at) =>
    Uint8Array.from(batch?.images.slice(at * 1728, (at + 1) * 1728) ?? [], (value) =>
      Math.max(0, Math.min(255, Math.round(value))),
    ).join(),
  );
  expect(rows.map(({ samples }) => samples[1]?.join()).sort()).toEqual(trained.sort());
});

it('leaves out and lists broken images, and refuses places that are not there', async () => {
  const source = await openImageFolder(await pictureFolder(await temporaryFolder(), { broken: true }));
  const images = Uint32Array.from({ length: source.count }, (_, image) => image);
  const { rows, broken } = await renderSamples(source, { images, augmentation, epochs: 1, seed: 9 });
  expect([rows.length, broken.length]).toEqual([9, 3]);
  const beyond = Uint32Array.of(12);
  await expect(renderSamples(source, { images: beyond, augmentation, epochs: 1, seed: 9 })).rejects.toThrow(
    'expected an integer from 0 to 11 for images',
  );
});
