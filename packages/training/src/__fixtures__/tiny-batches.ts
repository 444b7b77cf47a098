import { createCounterRandom, type Batch, type BatchSource } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

export const TINY_BATCH = 4;
export const TINY_BATCHES_PER_EPOCH = 5;

/** Images whose brightness tells the class, different in every epoch, and what a test wants changed in a batch. */
export function tinyBatches({
  change = (values: Float32Array) => values,
  labelOf = (label: number) => label,
  shortEpoch = TINY_BATCHES_PER_EPOCH,
}: {
  readonly change?: (values: Float32Array, at: { readonly epoch: number; readonly batch: number }) => Float32Array;
  readonly labelOf?: (label: number, at: { readonly epoch: number; readonly batch: number }) => number;
  readonly shortEpoch?: number;
} = {}): BatchSource {
  const make = (epoch: number, batch: number): Batch => {
    const random = createCounterRandom({ seed: 5, purpose: 'tiny-images', epoch });
    const labels = Array.from({ length: TINY_BATCH }, (_, row) => random.integer(3, batch * TINY_BATCH + row));
    const pixels = Float32Array.from(
      { length: TINY_BATCH * 16 },
      (_, index) => (labels[index >> 4] ?? 0) - 1 + random.normal(batch * 64 + index, 1),
    );
    return {
      images: tf.tensor4d(change(pixels, { epoch, batch }), [TINY_BATCH, 4, 4, 1]),
      labels: tf.tensor1d(labels.map((label) => labelOf(label, { epoch, batch })), 'int32'),
    };
  };
  return {
    examples: TINY_BATCH * TINY_BATCHES_PER_EPOCH,
    batchSize: TINY_BATCH,
    batchesPerEpoch: TINY_BATCHES_PER_EPOCH,
    epoch: (epoch, firstBatch = 0) => ({
      async iterator() {
        let batch = firstBatch;
        return {
          async next() {
            if (batch >= shortEpoch) return { value: { images: tf.zeros([0, 4, 4, 1]), labels: tf.zeros([0]) }, done: true };
            return { value: make(epoch, batch++), done: false };
          },
        };
      },
    }),
  };
}
