import type { BatchSource } from '@resnet-ts/tensor-ops';

/**
 * Remembers which errors came out of batches, so that a broken image is reported as what it is, although it shows in
 * the middle of a training, whose other errors of files are about checkpoints.
 */
export class DataFaults {
  readonly #errors = new WeakSet<object>();

  has(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#errors.has(error);
  }

  /** The same batches; what they throw is remembered. */
  watch(source: BatchSource): BatchSource {
    return {
      ...source,
      epoch: (epoch, firstBatch) => {
        const stream = source.epoch(epoch, firstBatch);
        return {
          iterator: async () => {
            const batches = await this.#remembering(() => stream.iterator());
            return { next: () => this.#remembering(() => batches.next()) };
          },
        };
      },
    };
  }

  async #remembering<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      if (typeof error === 'object' && error !== null) this.#errors.add(error);
      throw error;
    }
  }
}
