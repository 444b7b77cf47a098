// The entry of a loader worker. It imports one file of this package that imports nothing, so that it starts in
// milliseconds and no tensor library is loaded a second time.
import { parentPort, workerData } from 'node:worker_threads';
import { type PixelSource, fillBatch } from '../transforms/fill-batch.js';
import type { Numbered } from './worker-pool.js';

export interface LoaderRequest {
  /** `[N · 4]`, see `fillBatch`. */
  readonly placements: Int32Array<ArrayBuffer>;
  /** Values of the batch. */
  readonly values: number;
}

const source = workerData as PixelSource;

parentPort?.on('message', ({ id, content: { placements, values } }: Numbered<LoaderRequest>) => {
  const pixels = new Float32Array(values);
  fillBatch(pixels, source, placements);
  parentPort?.postMessage({ id, content: pixels } satisfies Numbered<Float32Array>, [pixels.buffer]);
});
