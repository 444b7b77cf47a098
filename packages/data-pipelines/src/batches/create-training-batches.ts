import { ArgumentError, type BatchSource, createCounterRandom, expected } from '@resnet-ts/tensor-ops';
import type { Dataset } from '@tensorflow/tfjs-data';
import { type ImageSet, labelsOf } from '../sets/image-set.js';
import { type Augmentation, drawPlacements } from '../transforms/draw-placements.js';
import { fillBatch } from '../transforms/fill-batch.js';
import { type BatchTensors, batchStream } from './batch-stream.js';
import { checkBatchOptions, checkInteger } from './check-batch-options.js';
import { createLoaderPool } from './loader-pool.js';

/** More threads than any loader of images this small can use: one prepares 80 thousand samples a second. */
const MOST_WORKERS = 64;

export interface TrainingBatchesOptions {
  readonly batchSize: number;
  /** Decides order, crops and flips of every epoch. */
  readonly seed: number;
  /** `[H · W · C]`, from `perPixelMean`. */
  readonly mean: Float32Array;
  /** Default: none. The paper's is `{ pad: 4, flip: true }`. */
  readonly augmentation?: Augmentation;
  /**
   * Threads that prepare batches while this one trains. Default 0: a batch is prepared when it is asked for, which
   * takes 1.6 ms for 128 images of 32×32. The pixels are the same bits for any number.
   */
  readonly workers?: number;
  /** Leave out the images that do not fill a last batch (other ones each epoch). Default true. */
  readonly dropRemainder?: boolean;
}

/** Shuffled and augmented batches: epoch `e` from batch `b` on is a pure function of `e`, `b` and the seed. */
export interface TrainingBatches extends BatchSource {
  epoch(epoch: number, firstBatch?: number): Dataset<BatchTensors>;
  /** Ends the workers. Batches that are asked for later fail. Not needed for the process to end. */
  close(): Promise<void>;
}

/**
 * Batches for training (paper §4.2): every epoch visits the images in a new order; of each the mean is subtracted,
 * `pad` zeros are added on every side, a random window of the original size is taken, and half are mirrored.
 *
 * Each epoch's data set may be read from any batch on, also several at once, and always yields the same bits, with any
 * number of workers: nothing is consumed, everything is computed from (seed, epoch, image, purpose).
 *
 * @throws ArgumentError or ShapeError when an argument does not fit. A worker that dies fails the batch that is waited for,
 *   with code `ERR_WORKER`.
 * @example
 * const batches = createTrainingBatches(train, {
 *   batchSize: 128,
 *   seed: 1,
 *   mean: perPixelMean(train),
 *   augmentation: { pad: 4, flip: true },
 *   workers: 1,
 * });
 * const epoch = await batches.epoch(0).iterator();
 * const { value } = await epoch.next(); // { images: [128, 32, 32, 3], labels: [128] }
 * await batches.close();
 */
export function createTrainingBatches(set: ImageSet, options: TrainingBatchesOptions): TrainingBatches {
  checkBatchOptions(set, options);
  const { batchSize, seed, augmentation = { pad: 0, flip: false }, workers = 0, dropRemainder = true } = options;
  checkInteger('augmentation.pad', augmentation.pad, 0, Math.min(set.height, set.width) - 1);
  checkInteger('workers', workers, 0, MOST_WORKERS);
  const whole = set.count / batchSize;
  const batchesPerEpoch = dropRemainder ? Math.floor(whole) : Math.ceil(whole);
  if (batchesPerEpoch === 0) {
    throw new ArgumentError(expected(`at most ${set.count}, the images of the set`, 'batchSize', batchSize));
  }
  const source = { ...set, mean: options.mean.slice(), pad: augmentation.pad };
  const pool = workers === 0 ? undefined : createLoaderPool(source, workers);

  const fillHere = (placements: Int32Array, values: number): Float32Array => {
    const pixels = new Float32Array(values);
    fillBatch(pixels, source, placements);
    return pixels;
  };
  return {
    examples: dropRemainder ? batchesPerEpoch * batchSize : set.count,
    batchSize,
    batchesPerEpoch,
    epoch(epoch, firstBatch = 0) {
      checkInteger('epoch', epoch, 0, 2 ** 32 - 1);
      checkInteger('firstBatch', firstBatch, 0, batchesPerEpoch);
      const order = createCounterRandom({ seed, purpose: 'shuffle', epoch }).permutation(set.count);
      const place = drawPlacements(augmentation, { seed, epoch });
      return batchStream({
        shape: [set.height, set.width, set.channels],
        firstBatch,
        batches: batchesPerEpoch,
        // A training step blocks this thread; meanwhile every worker has its next batches to go on with.
        ahead: pool === undefined ? 0 : Math.max(4, 2 * workers),
        load(batch) {
          const images = order.subarray(batch * batchSize, Math.min((batch + 1) * batchSize, set.count));
          const labels = labelsOf(set, images);
          const values = images.length * source.mean.length;
          if (pool === undefined) return { labels, pixels: fillHere(place(images), values) };
          return pool.fill(place(images), values).then((pixels) => ({ labels, pixels }));
        },
      });
    },
    close: async () => pool?.close(),
  };
}
