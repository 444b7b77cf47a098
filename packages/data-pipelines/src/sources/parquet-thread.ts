import type { FileMetaData } from 'hyparquet';
import { startWorker } from '../threads/start-worker.js';
import type { ParquetAnswer } from './parquet-worker.js';
import type { ParquetRequest } from './read-parquet.js';

/** Longest for one request. Row groups of 50 MB take 0.2 s; a gigabyte, the most that is asked for, some 5 s. */
const MOST_SECONDS = 30;
/** Of JavaScript objects; the images of a row group are outside of it. */
const MOST_MEGABYTES = 1024;

/**
 * Reads parquet files on a thread of its own, one request after the other. The reader believes what the bytes claim: one
 * altered byte makes it repeat a value two thousand million times. Such a thread is ended, and the next request gets a
 * new one. An idle thread does not keep the process alive.
 */
export class ParquetThread {
  private reader: Reader | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly mostSeconds = MOST_SECONDS) {}

  /** Schema, row groups and key-value pairs. @throws Error saying what is wrong with the file */
  metadata(path: string): Promise<FileMetaData> {
    return this.ask({ read: 'metadata', path }) as Promise<FileMetaData>;
  }

  /** The cells of a column. @throws Error saying what is wrong with the file */
  column(request: Omit<Extract<ParquetRequest, { read: 'column' }>, 'read'>): Promise<readonly unknown[]> {
    return this.ask({ read: 'column', ...request }) as Promise<readonly unknown[]>;
  }

  private ask(request: ParquetRequest): Promise<unknown> {
    const answer = this.last.then(async () => {
      const reader = (this.reader ??= startReader());
      const { content, error, ended } = await reader.answer(request, this.mostSeconds);
      if (ended) this.reader = undefined;
      if (error !== undefined) throw new Error(error);
      return content;
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }
}

/** The thread of everything that reads parquet files here: to start one takes longer than to read a row group. */
export const parquetThread = new ParquetThread();

interface Outcome {
  readonly content?: unknown;
  readonly error?: string;
  /** The thread is gone. */
  readonly ended: boolean;
}

interface Reader {
  answer(request: ParquetRequest, mostSeconds: number): Promise<Outcome>;
}

function startReader(): Reader {
  const worker = startWorker(new URL('./parquet-worker', import.meta.url), {
    ...{ execArgv: [], name: 'resnet-parquet', resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES } },
  });
  let settle: (outcome: Outcome) => void = () => undefined;
  const end = (error: string): void => {
    void worker.terminate();
    settle({ error, ended: true });
  };
  worker.on('message', (answer: ParquetAnswer) => settle({ ...answer, ended: false }));
  worker.on('error', (cause) => end(String(cause)));
  worker.on('exit', (code) => end(`the end of its reader, exit code ${code}`));
  // After the listeners: one for messages that is added later counts as a reason to stay alive (Node 20.20).
  worker.unref();
  return {
    async answer(request, mostSeconds) {
      worker.ref();
      const deadline = setTimeout(() => end(`no end after ${mostSeconds} s`), mostSeconds * 1000);
      const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
      worker.postMessage(request);
      try {
        return await outcome;
      } finally {
        clearTimeout(deadline);
        worker.unref();
      }
    },
  };
}
