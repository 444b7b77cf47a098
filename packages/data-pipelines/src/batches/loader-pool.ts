import { ResidualError, expected } from '@resnet-ts/tensor-ops';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { PixelSource } from '../transforms/fill-batch.js';
import type { LoaderRequest, LoaderResponse } from './loader-worker.js';

/** Threads that fill batches. */
export interface LoaderPool {
  /** The pixels of a batch, in an array of its own. Rejects with code `ERR_WORKER` once a worker has died. */
  fill(placements: Int32Array<ArrayBuffer>, values: number): Promise<Float32Array>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(pixels: Float32Array): void;
  reject(reason: Error): void;
}

/**
 * Starts the workers. They share the images' memory with this thread and hand over each batch's memory whole, so no
 * pixel is copied between threads and no array is ever written twice. Requests are queued in the workers, which
 * therefore go on while this thread is blocked in a training step.
 *
 * An idle pool does not keep the process alive.
 */
export function createLoaderPool(source: PixelSource, workers: number): LoaderPool {
  const workerData = { ...source, images: shared(source.images) };
  const waiting = new Map<number, Waiting>();
  let requests = 0;
  let stopped: ResidualError | undefined;

  const stop = (reason: ResidualError): void => {
    stopped ??= reason;
    for (const { reject } of waiting.values()) reject(stopped);
    waiting.clear();
  };
  const threads = Array.from({ length: workers }, (_, index) => {
    // No flag of the main thread concerns the worker; some, such as loaders, would only slow its start.
    const worker = startWorker({ workerData, execArgv: [], name: `resnet-loader-${index}` });
    let busy = 0;
    worker.on('message', ({ id, pixels }: LoaderResponse) => {
      busy -= 1;
      if (busy === 0) worker.unref();
      waiting.get(id)?.resolve(pixels);
      waiting.delete(id);
    });
    worker.on('error', (cause) => stop(died(index, cause)));
    worker.on('exit', (code) => stop(died(index, `exit code ${code}`)));
    // Only now: a listener for messages that is added later counts as a reason to stay alive (Node 20.20).
    worker.unref();
    return {
      send(request: LoaderRequest): void {
        if (busy === 0) worker.ref();
        busy += 1;
        worker.postMessage(request, [request.placements.buffer]);
      },
      terminate: () => worker.terminate(),
    };
  });
  return {
    fill(placements, values) {
      if (stopped !== undefined) return Promise.reject(stopped);
      const id = requests++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        threads[id % workers]?.send({ id, placements, values });
      });
    },
    async close() {
      stop(
        new ResidualError(
          'ERR_WORKER',
          expected('open batches', 'the next batch', 'closed ones', 'do not close them yet'),
        ),
      );
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

function died(index: number, cause: unknown): ResidualError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const remedy = 'run again with workers 0, which yields the same batches';
  const message = expected('a batch', `loader worker ${index}`, `its end (${reason})`, remedy);
  return new ResidualError('ERR_WORKER', message, { cause });
}

/** The same bytes in memory that threads share; as they are where `loadDataset` put them there. */
function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/**
 * Built, the worker is a plain module beside this one. From sources (tests, the workspace's own apps) it is TypeScript,
 * which Node 20 cannot load: then it is required through tsx, a development dependency. tsx's other way, `--import tsx`,
 * does nothing in a worker of Node 20.20 when the main thread was started with it too.
 */
function startWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./loader-worker.js', import.meta.url), options);
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs');
  const module = fileURLToPath(new URL('./loader-worker.ts', import.meta.url));
  return new Worker(`require(${JSON.stringify(tsx)}); require(${JSON.stringify(module)});`, { ...options, eval: true });
}
