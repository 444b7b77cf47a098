// The entry of a loader worker. It imports one file of this package that imports nothing, so that it starts in
// milliseconds and no tensor library is loaded a second time.
import { parentPort, workerData } from 'node:worker_threads';
import { type PixelSource, fillBatch } from '../transforms/fill-batch.js';

export interface LoaderRequest {
  readonly id: number;
  /** `[N · 4]`, see `fillBatch`. */
  readonly placements: Int32Array<ArrayBuffer>;
  /** Values of the batch. */
  readonly values: number;
}

export interface LoaderResponse {
  readonly id: number;
  readonly pixels: Float32Array;
}

const source = workerData as PixelSource;

parentPort?.on('message', ({ id, placements, values }: LoaderRequest) => {
  const pixels = new Float32Array(values);
  fillBatch(pixels, source, placements);
  parentPort?.postMessage({ id, pixels } satisfies LoaderResponse, [pixels.buffer]);
});
