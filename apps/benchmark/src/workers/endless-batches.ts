import type { Batch, BatchSource } from '@resnet-ts/tensor-ops';

/** Batch after batch, epoch after epoch. */
export function endlessBatches(source: BatchSource): () => Promise<Batch> {
  let epoch = 0;
  let current = source.epoch(epoch).iterator();
  return async () => {
    for (;;) {
      const { value, done } = await (await current).next();
      if (done !== true) return value;
      epoch += 1;
      current = source.epoch(epoch).iterator();
    }
  };
}
