import { ArgumentError, type BatchSource, createCounterRandom, expected } from '@resnet-ts/tensor-ops';
import type { Dataset } from '@tensorflow/tfjs-data';
import { checkAugmentation } from '../augmentation/check-augmentation.js';
import { drawSamples } from '../augmentation/draw-samples.js';
import type { ImageAugmentation } from '../augmentation/image-augmentation.js';
import type { ImageSource } from '../sources/image-source.js';
import { type BatchTensors, type PlainBatch, batchStream } from './batch-stream.js';
import { checkInteger } from './check-batch-options.js';
import {
  type ImageBatchOptions,
  type ImageBatchReport,
  checkImageBatchOptions,
  normalizationArrays,
} from './image-batch-options.js';
import { createEarlyLoads } from './early-loads.js';
import { createImageLoader, drawReplacements } from './image-loader.js';

export interface ImageTrainingBatchesOptions extends ImageBatchOptions {
  /** Decides order, crops, colours and replacements of every epoch. */
  readonly seed: number;
  readonly augmentation: ImageAugmentation;
  /** Leave out the images that do not fill a last batch (other ones each epoch). Default true. */
  readonly dropRemainder?: boolean;
}

/** The counter of random numbers has 32 bits for it. */
const LAST_EPOCH = 2 ** 32 - 1;

/** Shuffled and augmented batches: epoch `e` from batch `b` on is a pure function of `e`, `b` and the seed. */
export interface ImageTrainingBatches extends BatchSource, ImageBatchReport {
  epoch(epoch: number, firstBatch?: number): Dataset<BatchTensors>;
  /** Ends the workers. Batches that are asked for later fail. Not needed for the process to end. */
  close(): Promise<void>;
}

/**
 * Batches of images of any size for training (paper §3.4): every epoch visits the images in a new order; each is
 * decoded, cropped, changed in colour and mirrored by draws of its own, and normalised.
 *
 * Memory: one batch more than there are workers is in the making beside the one in hand, each of
 * `batchSize · size² · 12` bytes (154 MB for 256 crops of 224²), and a few encoded images a worker.
 *
 * @throws ArgumentError or ShapeError when an argument does not fit. While batches are read: DataError for a broken
 *   image where `onBroken` is `fail`, or where no whole image is found for a place; code `ERR_WORKER` where a worker dies
 * @example
 * const batches = createImageTrainingBatches(await openImageFolder('imagenet/train'), {
 *   batchSize: 256,
 *   seed: 1,
 *   augmentation: paperAugmentation,
 *   normalization: imagenetNormalization,
 *   onBroken: 'skip',
 * });
 * const epoch = await batches.epoch(0).iterator();
 * const { value } = await epoch.next(); // { images: [256, 224, 224, 3], labels: [256] }
 * console.log(batches.broken()); // [{ id: 'n01440764/x.JPEG', reason: 'expected a whole image, …' }]
 */
export function createImageTrainingBatches(
  source: ImageSource,
  options: ImageTrainingBatchesOptions,
): ImageTrainingBatches {
  checkImageBatchOptions(source, options);
  const { batchSize, seed, augmentation, normalization, dropRemainder = true } = options;
  const { workers = 1, onBroken = 'fail', limits } = options;
  checkAugmentation(augmentation);
  const { size, kernel } = augmentation;
  const whole = source.count / batchSize;
  const batchesPerEpoch = dropRemainder ? Math.floor(whole) : Math.ceil(whole);
  if (batchesPerEpoch === 0) {
    throw new ArgumentError(expected(`at most ${source.count}, the images of the source`, 'batchSize', batchSize));
  }
  const context = { size, kernel, normalization: normalizationArrays(normalization, size), limits };
  const loader = createImageLoader(source, { context, workers, onBroken });
  // A training step blocks this thread; meanwhile every worker has its next batch to go on with.
  const ahead = workers === 0 ? 0 : workers + 1;
  const loadsOf = (epoch: number): ((batch: number) => Promise<PlainBatch>) => {
    const order = createCounterRandom({ seed, purpose: 'shuffle', epoch }).permutation(source.count);
    const draw = drawSamples(augmentation, { seed, epoch });
    const replacement = drawReplacements(source.count, { seed, epoch });
    return (batch) =>
      loader.load({ images: order.subarray(batch * batchSize, (batch + 1) * batchSize), draw, replacement });
  };
  const early = createEarlyLoads(loadsOf);
  return {
    examples: dropRemainder ? batchesPerEpoch * batchSize : source.count,
    batchSize,
    batchesPerEpoch,
    epoch(epoch, firstBatch = 0) {
      checkInteger('epoch', epoch, 0, LAST_EPOCH);
      checkInteger('firstBatch', firstBatch, 0, batchesPerEpoch);
      return batchStream({
        shape: [size, size, 3],
        firstBatch,
        batches: batchesPerEpoch,
        ahead,
        load: early.loadsOf(epoch),
        // Or training would wait for the first batch of every epoch.
        ...(ahead === 0 || epoch === LAST_EPOCH
          ? {}
          : { beyond: (batches) => early.begin(epoch + 1, Math.min(batches, batchesPerEpoch)) }),
      });
    },
    broken: () => loader.broken(),
    close: () => loader.close(),
  };
}
