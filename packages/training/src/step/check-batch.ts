import { DataError, describe, expected, type Batch, type ImageClassifier } from '@resnet-ts/tensor-ops';

/**
 * Refuses a batch that the network cannot learn from, before anything is computed: a label out of range would
 * otherwise be read from memory that belongs to something else.
 *
 * @throws DataError naming the batch
 */
export function checkBatch(batch: Batch, labels: ArrayLike<number>, network: ImageClassifier, where: string): void {
  const { images } = batch;
  const channels = network.inputShape[2];
  if (images.rank !== 4 || images.shape[3] !== channels || images.shape[0] !== labels.length) {
    throw new DataError(
      where,
      `expected images [${labels.length}, H, W, ${channels}], received ${describe([...images.shape])}`,
    );
  }
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] ?? -1;
    if (!(label >= 0 && label < network.classes)) {
      throw new DataError(where, expected(`a class from 0 to ${network.classes - 1}`, `label ${row}`, label));
    }
  }
}
