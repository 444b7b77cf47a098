import type { PlainBatch } from './batch-stream.js';

type Load = (batch: number) => Promise<PlainBatch>;

/** Batches of the epoch after the one that is read. */
export interface EarlyLoads {
  /** The loads of an epoch, which take over those that were begun early. Others are given up. */
  loadsOf(epoch: number): Load;
  /** Begins to load the first batches of an epoch. */
  begin(epoch: number, batches: number): void;
}

/**
 * Lets workers go on from the end of one epoch with the beginning of the next, whose order and draws are other ones. Only
 * one epoch is begun early, by one batch for each that the one before no longer has to load: memory stays the same.
 */
export function createEarlyLoads(loadsOf: (epoch: number) => Load): EarlyLoads {
  let begun:
    | { readonly epoch: number; readonly load: Load; readonly batches: Map<number, Promise<PlainBatch>> }
    | undefined;
  return {
    loadsOf(epoch) {
      const taken = begun?.epoch === epoch ? begun : undefined;
      begun = undefined;
      const load = taken?.load ?? loadsOf(epoch);
      return (batch) => {
        const early = taken?.batches.get(batch);
        taken?.batches.delete(batch);
        return early ?? load(batch);
      };
    },
    begin(epoch, batches) {
      if (begun?.epoch !== epoch) begun = { epoch, load: loadsOf(epoch), batches: new Map() };
      for (let batch = begun.batches.size; batch < batches; batch += 1) {
        const loading = begun.load(batch);
        // Reported by whoever takes this batch; until then, and where nobody does, it must not count as unhandled.
        loading.catch(() => undefined);
        begun.batches.set(batch, loading);
      }
    },
  };
}
