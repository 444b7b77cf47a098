import type { PixelSource } from '../transforms/fill-batch.js';
import type { LoaderRequest } from './loader-worker.js';
import { createWorkerPool } from './worker-pool.js';

/** Threads that fill batches. */
export interface LoaderPool {
  /** The pixels of a batch, in an array of its own. Rejects with code `ERR_WORKER` once a worker has died. */
  fill(placements: Int32Array<ArrayBuffer>, values: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Starts the workers. They share the images' memory with this thread and hand over each batch's memory whole, so no
 * pixel is copied between threads and no array is ever written twice.
 */
export function createLoaderPool(source: PixelSource, workers: number): LoaderPool {
  const workerData = { ...source, images: shared(source.images) };
  const pool = createWorkerPool<LoaderRequest, Float32Array>('loader-worker', { workers, workerData });
  return {
    fill: (placements, values) => pool.call({ placements, values }, [placements.buffer]),
    close: () => pool.close(),
  };
}

/** The same bytes in memory that threads share; as they are where `loadDataset` put them there. */
function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
