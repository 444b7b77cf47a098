import { ArgumentError, ShapeError, expected } from '@resnet-ts/tensor-ops';
import type { ImageLimits } from '../images/render-image.js';
import type { Normalization } from '../augmentation/finish-sample.js';
import type { ImageSource, RefusedImage } from '../sources/image-source.js';
import { checkInteger } from './check-batch-options.js';
import type { BrokenImagePolicy } from './image-loader.js';

/** What is subtracted and divided by, in units of bytes (0–255). */
export interface ImageNormalization {
  /** Of red, green and blue, `[3]`, or of each pixel of the crop, `[size · size · 3]` (paper §3.4). */
  readonly mean: readonly number[] | Float32Array;
  /** Of red, green and blue. Default 1, 1, 1: the paper only subtracts. */
  readonly deviation?: readonly number[];
}

/** What training and evaluation batches of images share. */
export interface ImageBatchOptions {
  readonly batchSize: number;
  readonly normalization: ImageNormalization;
  /**
   * Threads that read, decode and finish batches while this one trains; each keeps all of libuv's threads busy, which
   * decode. Default 1. 0: here, when a batch is asked for. The pixels are the same bits for any number.
   */
  readonly workers?: number;
  /**
   * An image that cannot be decoded is counted and skipped, or fails the batch with its name. Default `fail`. In
   * training another image takes its place, drawn by (seed, epoch, image); in evaluation its place is left out.
   */
  readonly onBroken?: BrokenImagePolicy;
  readonly limits?: ImageLimits;
}

/** What was not used, for a report: complete once an epoch is through. */
export interface ImageBatchReport {
  /** Images that could not be decoded, each once, in the order of the source. */
  broken(): readonly RefusedImage[];
}

const MOST_WORKERS = 64;

/** @throws ArgumentError or ShapeError naming the option */
export function checkImageBatchOptions(
  source: ImageSource,
  { batchSize, workers = 1, onBroken = 'fail', limits = {} }: ImageBatchOptions,
): void {
  checkInteger('batchSize', batchSize, 1);
  checkInteger('workers', workers, 0, MOST_WORKERS);
  checkInteger('source.count', source.count, 1, 2 ** 32 - 1);
  for (const [name, limit] of Object.entries(limits)) checkInteger(`limits.${name}`, limit, 1);
  if (onBroken === 'skip' || onBroken === 'fail') return;
  throw new ArgumentError(expected("'skip' or 'fail'", 'onBroken', onBroken));
}

/** The same in arrays. @throws ShapeError or ArgumentError */
export function normalizationArrays({ mean, deviation = [1, 1, 1] }: ImageNormalization, size: number): Normalization {
  if (mean.length !== 3 && mean.length !== size * size * 3) {
    const wanted = `3 values, or ${size * size * 3} (${size} × ${size} × 3),`;
    throw new ShapeError(expected(wanted, 'normalization.mean', `${mean.length} values`));
  }
  if (!mean.every(Number.isFinite)) throw new ArgumentError(expected('finite values', 'normalization.mean', NaN));
  if (deviation.length !== 3 || !deviation.every((value) => Number.isFinite(value) && value > 0)) {
    throw new ArgumentError(expected('3 numbers above 0', 'normalization.deviation', deviation));
  }
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}
