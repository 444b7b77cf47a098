import { availableParallelism } from 'node:os';
import { startWorker } from '../threads/start-worker.js';
import { type CifarPart, readPublishedCifar } from './published-cifar.js';

/** A thread starts in 40 ms, in which this one reads 15 MB. */
const BYTES_WORTH_A_THREAD = 30_000_000;
/** Reading is bound by memory from here on. */
const MOST_THREADS = 4;

/**
 * Reads files of a data set on several threads, into memory that they share. Half of the 0.5 s that CIFAR-10 takes on
 * one thread is spent on the pages of new memory, which is divided as well.
 *
 * @param threads default: one for each processor, up to 4, where the files are large enough; 0 is this thread
 * @returns for each part whether it is as published, see {@link readPublishedCifar}
 */
export async function readCifarParts(
  parts: readonly CifarPart[],
  threads: number = threadsFor(parts),
): Promise<readonly boolean[]> {
  if (threads === 0) return parts.map(readPublishedCifar);
  const shares = Array.from({ length: threads }, (_, thread) => parts.filter((_part, at) => at % threads === thread));
  const outcomes = await Promise.all(shares.map(readOnThread));
  return parts.map((_, at) => outcomes[at % threads]?.[Math.floor(at / threads)] ?? false);
}

function threadsFor(parts: readonly CifarPart[]): number {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return Math.min(Math.floor(bytes / BYTES_WORTH_A_THREAD), availableParallelism(), MOST_THREADS);
}

/** No outcome of a thread that fails: its files are read again, by this thread, which can say what is wrong. */
function readOnThread(parts: readonly CifarPart[]): Promise<readonly boolean[]> {
  return new Promise((resolve) => {
    const worker = startWorker(new URL('./cifar-worker', import.meta.url), {
      ...{ workerData: parts, execArgv: [], name: 'resnet-reader' },
    });
    worker.on('message', resolve);
    worker.on('error', () => resolve([]));
    worker.on('exit', () => resolve([]));
  });
}
