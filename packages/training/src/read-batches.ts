import { DataError, type Batch, type BatchSource } from '@resnet-ts/tensor-ops';

/**
 * Batches without end, epoch after epoch, from a given batch on.
 *
 * @throws DataError when an epoch ends before the batches it promised
 */
export async function* readBatches(
  source: BatchSource,
  from: { readonly epoch: number; readonly batch: number },
): AsyncGenerator<Batch, never> {
  for (let { epoch, batch } = from; ; epoch += 1, batch = 0) {
    const iterator = await source.epoch(epoch, batch).iterator();
    for (; batch < source.batchesPerEpoch; batch += 1) {
      const next = await iterator.next();
      if (next.done === true) {
        throw new DataError(
          'training batches',
          `expected ${source.batchesPerEpoch} batches in epoch ${epoch}, received ${batch}`,
        );
      }
      yield next.value;
    }
  }
}
