// The entry of an image worker. Requests are answered in order, one at a time: each of them keeps all of libuv's
// threads busy.
import { parentPort, workerData } from 'node:worker_threads';
import { type RenderContext, type RenderRequest, type RenderedBatch, createRenderer } from './render-batch.js';
import type { Numbered } from './worker-pool.js';

/** What an image worker is asked. */
export type ImageWorkerRequest = RenderRequest;

const render = createRenderer(workerData as RenderContext);
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', ({ id, content }: Numbered<ImageWorkerRequest>) => {
  last = last.then(async () => {
    const rendered = await render(content);
    // The type says that the buffer may be shared; the renderer makes it, and it is not.
    const buffer = rendered.pixels.buffer as ArrayBuffer;
    parentPort?.postMessage({ id, content: rendered } satisfies Numbered<RenderedBatch>, [buffer]);
  });
});
