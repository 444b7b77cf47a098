import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';

/** One batch of labelled images. The consumer disposes both tensors. */
export interface Batch {
  /** `[N, H, W, C]` float32, already normalised. */
  readonly images: Tensor4D;
  /** `[N]` int32 class indices. */
  readonly labels: Tensor1D;
}

/**
 * A stream of batches, read with `next` until `done`. `tf.data.Dataset<Batch>` satisfies it, and so does anything
 * else with the same iterator; nothing here depends on `tf.data`.
 */
export interface BatchStream {
  iterator(): Promise<{ next(): Promise<{ value: Batch; done?: boolean }> }>;
}

/** Where a training loop gets its batches: a pure function of the epoch and the batch to start from. */
export interface BatchSource {
  /** Examples in one epoch. */
  readonly examples: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** The batches of `epoch` (from 0), starting at batch `firstBatch` (from 0; default 0). Same arguments, same bits. */
  epoch(epoch: number, firstBatch?: number): BatchStream;
}
