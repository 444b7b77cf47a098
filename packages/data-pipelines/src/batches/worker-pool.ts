import { ResidualError, expected } from '@resnet-ts/tensor-ops';
import type { TransferListItem } from 'node:worker_threads';
import { startWorker } from '../threads/start-worker.js';

/** Threads that answer requests, each in the order it got them. */
export interface WorkerPool<Request, Response> {
  /** Hands a request to the next worker. Rejects with code `ERR_WORKER` once a worker has died. */
  call(request: Request, transfer?: readonly TransferListItem[]): Promise<Response>;
  close(): Promise<void>;
}

/** A module beside this one, without its extension. */
export type WorkerModule = 'loader-worker' | 'image-worker';

/** What goes over: the number finds the one who waits. */
export interface Numbered<Content> {
  readonly id: number;
  readonly content: Content;
}

interface Waiting<Response> {
  resolve(response: Response): void;
  reject(reason: Error): void;
}

/**
 * Starts the workers. Requests are queued in the workers, which therefore go on while this thread is blocked in a
 * training step. An idle pool does not keep the process alive.
 */
export function createWorkerPool<Request, Response>(
  module: WorkerModule,
  { workers, workerData }: { readonly workers: number; readonly workerData: unknown },
): WorkerPool<Request, Response> {
  const waiting = new Map<number, Waiting<Response>>();
  let requests = 0;
  let stopped: ResidualError | undefined;

  const stop = (reason: ResidualError): void => {
    stopped ??= reason;
    for (const { reject } of waiting.values()) reject(stopped);
    waiting.clear();
  };
  const threads = Array.from({ length: workers }, (_, index) => {
    // No flag of the main thread concerns the worker; some, such as loaders, would only slow its start.
    const worker = startWorker(new URL(`./${module}`, import.meta.url), {
      ...{ workerData, execArgv: [], name: `resnet-loader-${index}` },
    });
    let busy = 0;
    worker.on('message', ({ id, content }: Numbered<Response>) => {
      busy -= 1;
      // Not while it is being ended: nothing else keeps the process alive until it has.
      if (busy === 0 && stopped === undefined) worker.unref();
      waiting.get(id)?.resolve(content);
      waiting.delete(id);
    });
    worker.on('error', (cause) => stop(died(index, cause)));
    worker.on('exit', (code) => stop(died(index, `exit code ${code}`)));
    // Only now: a listener for messages that is added later counts as a reason to stay alive (Node 20.20).
    worker.unref();
    return {
      send(request: Numbered<Request>, transfer: readonly TransferListItem[]): void {
        if (busy === 0) worker.ref();
        busy += 1;
        worker.postMessage(request, transfer);
      },
      terminate: () => worker.terminate(),
    };
  });
  return {
    call(content, transfer = []) {
      if (stopped !== undefined) return Promise.reject(stopped);
      const id = requests++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        threads[id % workers]?.send({ id, content }, transfer);
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
