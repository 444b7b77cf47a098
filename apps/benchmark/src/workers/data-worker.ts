/** The data pipeline of this repository alone, driven by lines on stdin: the peer of python/pytorch_data.py. */
import { createTrainingBatches, perPixelMean } from '@resnet-ts/data-pipelines';
import type { ContenderSettings } from '../settings.js';
import { endlessBatches } from './endless-batches.js';
import { count, serve } from './serve.js';
import { trainingImages } from './training-images.js';
import { useBackend } from './use-backend.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as ContenderSettings & { readonly workers: number };
const description = await useBackend('native');
const set = await trainingImages(settings);
const next = endlessBatches(
  createTrainingBatches(set, {
    batchSize: settings.batch,
    seed: 1,
    mean: perPixelMean(set),
    augmentation: { pad: 4, flip: true },
    workers: settings.workers,
  }),
);

await serve(`${description}, ${settings.workers} workers`, {
  run: async (request) => {
    const steps = count(request, 'steps');
    const start = performance.now();
    for (let step = 0; step < steps; step += 1) {
      const { images, labels } = await next();
      images.dispose();
      labels.dispose();
    }
    return { seconds: (performance.now() - start) / 1000 };
  },
});
