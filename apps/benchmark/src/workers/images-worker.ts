/** The image pipeline of this repository alone, driven by lines on stdin: the peer of python/torchvision_images.py. */
import {
  createImageTrainingBatches,
  imagenetNormalization,
  openImageFolder,
  paperAugmentation,
} from '@resnet-ts/data-pipelines/images';
import { endlessBatches } from './endless-batches.js';
import { count, serve } from './serve.js';
import { useBackend } from './use-backend.js';

/** What both sides are told. */
export interface ImagesSettings {
  /** A folder of class folders. */
  readonly images: string;
  readonly batch: number;
  /** Processor threads to be used. */
  readonly threads: number;
  /** Of ours: threads that read and finish batches. */
  readonly workers: number;
}

const { images, batch, workers } = JSON.parse(process.argv[2] ?? '{}') as ImagesSettings;
await useBackend('native');
const batches = createImageTrainingBatches(await openImageFolder(images), {
  ...{ batchSize: batch, seed: 1, workers },
  augmentation: paperAugmentation,
  normalization: imagenetNormalization,
});
const next = endlessBatches(batches);

await serve(`JPEGs decoded by ${workers === 1 ? '1 thread' : `${workers} threads`}, other images by libvips`, {
  run: async (request) => {
    const steps = count(request, 'steps');
    const start = performance.now();
    for (let step = 0; step < steps; step += 1) {
      const { images: pixels, labels } = await next();
      pixels.dispose();
      labels.dispose();
    }
    return { seconds: (performance.now() - start) / 1000 };
  },
});
