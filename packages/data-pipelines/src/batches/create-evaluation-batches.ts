import type { BatchSource } from '@resnet-ts/tensor-ops';
import type { Dataset } from '@tensorflow/tfjs-data';
import { type ImageSet, labelsOf } from '../sets/image-set.js';
import { plainPlacements } from '../transforms/draw-placements.js';
import { fillBatch } from '../transforms/fill-batch.js';
import { type BatchTensors, batchStream } from './batch-stream.js';
import { checkBatchOptions, checkInteger } from './check-batch-options.js';

export interface EvaluationBatchesOptions {
  readonly batchSize: number;
  /** `[H · W · C]`: the mean of the *training* images, from `perPixelMean`. */
  readonly mean: Float32Array;
}

/** Batches for testing: every image once, whole and in order, the same in every epoch. */
export interface EvaluationBatches extends BatchSource {
  epoch(epoch?: number, firstBatch?: number): Dataset<BatchTensors>;
}

/**
 * Batches of whole images in the order of the set, mean subtracted, nothing drawn at random: how the paper tests on
 * CIFAR ("a single view of the original 32×32 image", §4.2). The last batch is smaller where the set does not divide.
 *
 * @throws ArgumentError or ShapeError when an argument does not fit.
 * @example
 * const batches = createEvaluationBatches(test, { batchSize: 250, mean: perPixelMean(train) });
 * await batches.epoch().forEachAsync(({ images, labels }) => { images.dispose(); labels.dispose(); });
 */
export function createEvaluationBatches(set: ImageSet, options: EvaluationBatchesOptions): EvaluationBatches {
  checkBatchOptions(set, options);
  const { batchSize, mean } = options;
  const batchesPerEpoch = Math.ceil(set.count / batchSize);
  const source = { ...set, mean: mean.slice(), pad: 0 };
  return {
    examples: set.count,
    batchSize,
    batchesPerEpoch,
    epoch(epoch = 0, firstBatch = 0) {
      checkInteger('epoch', epoch, 0);
      checkInteger('firstBatch', firstBatch, 0, batchesPerEpoch);
      return batchStream({
        shape: [set.height, set.width, set.channels],
        firstBatch,
        batches: batchesPerEpoch,
        ahead: 0,
        load(batch) {
          const images = range(batch * batchSize, Math.min((batch + 1) * batchSize, set.count));
          const pixels = new Float32Array(images.length * mean.length);
          fillBatch(pixels, source, plainPlacements(images));
          return { labels: labelsOf(set, images), pixels };
        },
      });
    },
  };
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, index) => from + index);
}
