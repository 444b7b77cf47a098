import { Worker } from 'node:worker_threads';

/** Far above any last-level cache share of a thread. */
const BYTES = 128 * 2 ** 20;
const COPIES = 6;

/**
 * Bytes a second, in 10⁹, that `threads` threads move when each copies one large block to another: a copy counts what it
 * reads and what it writes. The best of a few tries, since anything else on the machine only makes it slower.
 */
export async function memoryBandwidth(threads: number, tries = 3): Promise<number> {
  const rates: number[] = [];
  for (let one = 0; one < tries; one += 1) rates.push(await copyTogether(threads));
  return Math.max(...rates);
}

async function copyTogether(threads: number): Promise<number> {
  const started = new SharedArrayBuffer(4);
  Atomics.store(new Int32Array(started), 0, threads);
  const workerData = { bytes: BYTES, copies: COPIES, started };
  const seconds = await Promise.all(Array.from({ length: threads }, () => timeOf(workerData)));
  return (2 * BYTES * COPIES * threads) / Math.max(...seconds) / 1e9;
}

function timeOf(workerData: object): Promise<number> {
  const worker = new Worker(new URL('../workers/copy-worker.mjs', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
