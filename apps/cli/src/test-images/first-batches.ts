import type { Batch, BatchSource, BatchStream } from '@resnet-ts/tensor-ops';

/** As many batches as hold `examples` images, from the first epoch on, epoch after epoch. */
export function firstBatches(source: BatchSource, examples: number): BatchStream {
  return {
    iterator: async () => {
      const batches = readBatches(source, Math.ceil(examples / source.batchSize));
      return {
        next: async () => {
          const { value, done } = await batches.next();
          // What a stream gives when it is done is not looked at.
          return done === true ? { value: value as unknown as Batch, done } : { value };
        },
      };
    },
  };
}

async function* readBatches(source: BatchSource, count: number): AsyncGenerator<Batch, void> {
  let left = count;
  for (let epoch = 0; left > 0; epoch += 1) {
    const iterator = await source.epoch(epoch).iterator();
    for (; left > 0; left -= 1) {
      const { value, done } = await iterator.next();
      if (done === true) break;
      yield value;
    }
  }
}
