// The entry of an image worker. Requests are begun in order; the renderer keeps all of libuv's threads busy.
import { parentPort, workerData } from 'node:worker_threads';
import { type RenderContext, type RenderRequest, type RenderedBatch, createRenderer } from './render-batch.js';
import type { Numbered } from './worker-pool.js';

/** What an image worker is asked. */
export type ImageWorkerRequest = RenderRequest;

const render = createRenderer(workerData as RenderContext);

parentPort?.on('message', ({ id, content }: Numbered<ImageWorkerRequest>) => {
  void render(content).then((rendered) => {
    // The type says that the buffer may be shared; the renderer makes it, and it is not.
    const buffer = rendered.pixels.buffer as ArrayBuffer;
    parentPort?.postMessage({ id, content: rendered } satisfies Numbered<RenderedBatch>, [buffer]);
  });
});
