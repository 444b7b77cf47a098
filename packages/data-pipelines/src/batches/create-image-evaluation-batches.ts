import type { BatchSource } from '@resnet-ts/tensor-ops';
import type { Dataset } from '@tensorflow/tfjs-data';
import { MOST_SIZE } from '../augmentation/check-augmentation.js';
import type { ResamplingKernel } from '../images/resampling-weights.js';
import type { ImageSource } from '../sources/image-source.js';
import { type BatchTensors, batchStream } from './batch-stream.js';
import { checkInteger } from './check-batch-options.js';
import {
  type ImageBatchOptions,
  type ImageBatchReport,
  checkImageBatchOptions,
  normalizationArrays,
} from './image-batch-options.js';
import { createImageLoader } from './image-loader.js';

export interface ImageEvaluationBatchesOptions extends ImageBatchOptions {
  /** Of the scaled image, pixels. Default 256. */
  readonly shorterSide?: number;
  /** Of the square at its centre, pixels; at most `shorterSide`. Default 224. */
  readonly size?: number;
  /** Default `linear`, torchvision's; fb.resnet.torch has `cubic`. */
  readonly kernel?: ResamplingKernel;
}

/** Batches for testing: the centre of every image once, in order, the same in every epoch. */
export interface ImageEvaluationBatches extends BatchSource, ImageBatchReport {
  epoch(epoch?: number, firstBatch?: number): Dataset<BatchTensors>;
  /** Ends the workers. Not needed for the process to end. */
  close(): Promise<void>;
}

/**
 * Batches of centre crops in the order of the source, nothing drawn at random: the paper's single view for validation
 * curves (Figure 4). The last batch is smaller where the source does not divide, and so is a batch with broken images
 * where those are skipped.
 *
 * @throws as `createImageTrainingBatches`
 * @example
 * const batches = createImageEvaluationBatches(validation, { batchSize: 100, normalization: imagenetNormalization });
 * await batches.epoch().forEachAsync(({ images, labels }) => { images.dispose(); labels.dispose(); });
 */
export function createImageEvaluationBatches(
  source: ImageSource,
  options: ImageEvaluationBatchesOptions,
): ImageEvaluationBatches {
  checkImageBatchOptions(source, options);
  const { batchSize, normalization, shorterSide = 256, size = 224, kernel = 'linear' } = options;
  const { workers = 1, onBroken = 'fail', limits } = options;
  checkInteger('shorterSide', shorterSide, 1, 2 * MOST_SIZE);
  checkInteger('size', size, 1, Math.min(shorterSide, MOST_SIZE));
  const batchesPerEpoch = Math.ceil(source.count / batchSize);
  const context = { size, kernel, normalization: normalizationArrays(normalization, size), limits };
  const loader = createImageLoader(source, { context, workers, onBroken });
  const draw = () => ({ frame: { kind: 'centre', shorterSide, size }, mirrored: false }) as const;
  return {
    examples: source.count,
    batchSize,
    batchesPerEpoch,
    epoch(epoch = 0, firstBatch = 0) {
      checkInteger('epoch', epoch, 0);
      checkInteger('firstBatch', firstBatch, 0, batchesPerEpoch);
      return batchStream({
        shape: [size, size, 3],
        firstBatch,
        batches: batchesPerEpoch,
        ahead: workers === 0 ? 0 : workers + 1,
        load(batch) {
          const first = batch * batchSize;
          const count = Math.min(batchSize, source.count - first);
          return loader.load({ images: Uint32Array.from({ length: count }, (_, at) => first + at), draw });
        },
      });
    },
    broken: () => loader.broken(),
    close: () => loader.close(),
  };
}
