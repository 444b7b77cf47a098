import { tensor1d, tensor4d, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { type Dataset, generator } from '@tensorflow/tfjs-data';

/** A `Batch` in the form that `tf.data` wants of its elements. The consumer disposes both tensors. */
export type BatchTensors = {
  /** `[N, H, W, C]` float32, mean subtracted. */
  images: Tensor4D;
  /** `[N]` int32. */
  labels: Tensor1D;
};

/** A batch in plain arrays. */
export interface PlainBatch {
  /** `[N · H · W · C]` in memory that nobody writes again. */
  readonly pixels: Float32Array;
  /** `[N]`. Where there is none, the batch is left out. */
  readonly labels: Int32Array;
}

export interface BatchStreamOptions {
  /** `[H, W, C]`. */
  readonly shape: readonly [number, number, number];
  readonly firstBatch: number;
  readonly batches: number;
  /** Batches that are asked for before the one in hand is taken. */
  readonly ahead: number;
  load(batch: number): PlainBatch | Promise<PlainBatch>;
  /** Called, once all batches are asked for, with how many more of what follows could be. */
  readonly beyond?: (batches: number) => void;
}

/**
 * Batches as a `tf.data` data set. Look-ahead is in plain arrays, not by `Dataset.prefetch`, because a prefetched
 * element holds tensors, which leak when an epoch is left early.
 */
export function batchStream(options: BatchStreamOptions): Dataset<BatchTensors> {
  return generator<BatchTensors>(() => batchIterator(options));
}

function batchIterator({ shape, firstBatch, batches, ahead, load, beyond }: BatchStreamOptions) {
  const pending: (PlainBatch | Promise<PlainBatch>)[] = [];
  let asked = firstBatch;
  const ask = (): void => {
    const batch = load(asked);
    // A failure is reported by the `next` that takes this batch; until then it must not count as unhandled.
    if (batch instanceof Promise) batch.catch(() => undefined);
    pending.push(batch);
    asked += 1;
  };
  return {
    async next(): Promise<IteratorResult<BatchTensors, undefined>> {
      for (;;) {
        while (asked < batches && pending.length <= ahead) ask();
        if (asked >= batches) beyond?.(ahead + 1 - pending.length);
        const batch = await pending.shift();
        if (batch === undefined) return { value: undefined, done: true };
        if (batch.labels.length > 0) return { value: toTensors(shape, batch), done: false };
      }
    },
  };
}

function toTensors(shape: readonly [number, number, number], { pixels, labels }: PlainBatch): BatchTensors {
  return { images: tensor4d(pixels, [labels.length, ...shape]), labels: tensor1d(labels, 'int32') };
}
