import {
  ArgumentError,
  DataError,
  expected,
  type Batch,
  type BatchStream,
  type ImageClassifier,
} from '@resnet-ts/tensor-ops';

export interface AnalysisOptions {
  readonly network: ImageClassifier;
  /** At least one image. Their tensors are disposed. */
  readonly batches: BatchStream;
  /** Aborted: rejects with the signal's reason after the batch under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hands out batch after batch and disposes it.
 *
 * @returns how many images there were
 * @throws ArgumentError without images; DataError naming the batch for images of other channels
 */
export async function forEachBatch(
  { network, batches, signal }: AnalysisOptions,
  visit: (batch: Batch) => Promise<void>,
): Promise<number> {
  const channels = network.inputShape[2];
  let examples = 0;
  const iterator = await batches.iterator();
  for (let index = 0; ; index += 1) {
    signal?.throwIfAborted();
    const { value: batch, done } = await iterator.next();
    if (done === true) break;
    try {
      const { images } = batch;
      if (images.rank !== 4 || images.shape[3] !== channels) {
        throw new DataError(`batch ${index}`, expected(`shape [N, H, W, ${channels}]`, 'images', [...images.shape]));
      }
      examples += images.shape[0];
      await visit(batch);
    } finally {
      batch.images.dispose();
      batch.labels.dispose();
    }
  }
  if (examples === 0) throw new ArgumentError(expected('at least one image', 'batches', 'none'));
  return examples;
}
