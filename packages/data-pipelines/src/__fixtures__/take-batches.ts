import type { BatchStream } from '@resnet-ts/tensor-ops';

export interface TakenBatch {
  readonly images: Float32Array;
  readonly labels: number[];
  readonly shape: number[];
}

/** Takes up to `most` batches off a stream and disposes their tensors. */
export async function takeBatches(stream: BatchStream, most = Infinity): Promise<TakenBatch[]> {
  const iterator = await stream.iterator();
  const batches: TakenBatch[] = [];
  while (batches.length < most) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    batches.push({
      images: Float32Array.from(value.images.dataSync()),
      labels: [...value.labels.dataSync()],
      shape: value.images.shape,
    });
    value.images.dispose();
    value.labels.dispose();
  }
  return batches;
}
