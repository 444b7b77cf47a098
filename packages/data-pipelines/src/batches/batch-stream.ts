import { tensor1d, tensor4d, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { type Dataset, generator } from '@tensorflow/tfjs-data';
import type { ImageSet } from '../sets/image-set.js';

/** A `Batch` in the form that `tf.data` wants of its elements. The consumer disposes both tensors. */
export type BatchTensors = {
  /** `[N, H, W, C]` float32, mean subtracted. */
  images: Tensor4D;
  /** `[N]` int32. */
  labels: Tensor1D;
};

export interface BatchStreamOptions {
  readonly set: ImageSet;
  readonly firstBatch: number;
  readonly batches: number;
  /** Batches that are asked for before the one in hand is taken. */
  readonly ahead: number;
  /** The images of a batch, by their position in the set. */
  imagesOf(batch: number): Uint32Array;
  /** Pixels `[N · H · W · C]` in memory that nobody writes again. */
  pixelsOf(images: Uint32Array): Float32Array | Promise<Float32Array>;
}

/**
 * Batches as a `tf.data` data set. Look-ahead is in plain arrays, not by `Dataset.prefetch`, because a prefetched
 * element holds tensors, which leak when an epoch is left early.
 */
export function batchStream(options: BatchStreamOptions): Dataset<BatchTensors> {
  return generator<BatchTensors>(() => batchIterator(options));
}

function batchIterator({ set, firstBatch, batches, ahead, imagesOf, pixelsOf }: BatchStreamOptions) {
  const pending: { images: Uint32Array; pixels: Float32Array | Promise<Float32Array> }[] = [];
  let asked = firstBatch;
  const ask = (): void => {
    const images = imagesOf(asked);
    const pixels = pixelsOf(images);
    // A failure is reported by the `next` that takes this batch; until then it must not count as unhandled.
    if (pixels instanceof Promise) pixels.catch(() => undefined);
    pending.push({ images, pixels });
    asked += 1;
  };
  return {
    async next(): Promise<IteratorResult<BatchTensors, undefined>> {
      while (asked < batches && pending.length <= ahead) ask();
      const batch = pending.shift();
      if (batch === undefined) return { value: undefined, done: true };
      return { value: toTensors(set, batch.images, await batch.pixels), done: false };
    },
  };
}

function toTensors(set: ImageSet, images: Uint32Array, pixels: Float32Array): BatchTensors {
  const labels = Int32Array.from(images, (image) => set.labels[image] ?? 0);
  return {
    images: tensor4d(pixels, [images.length, set.height, set.width, set.channels]),
    labels: tensor1d(labels, 'int32'),
  };
}
