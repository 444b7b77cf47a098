// Copies memory for a while and says how long it took: one thread of ../measure/memory-bandwidth.ts. Plain JavaScript,
// because Node 20 runs no TypeScript loader in worker threads.
import { parentPort, workerData } from 'node:worker_threads';

const { bytes, copies, started } = workerData;
const source = new Float64Array(bytes / 8).fill(1);
const target = new Float64Array(bytes / 8);
// The first copy takes the pages; all threads begin the timed ones together.
target.set(source);
const waiting = new Int32Array(started);
Atomics.sub(waiting, 0, 1);
Atomics.notify(waiting, 0);
for (let left = Atomics.load(waiting, 0); left > 0; left = Atomics.load(waiting, 0)) Atomics.wait(waiting, 0, left);
const start = performance.now();
for (let copy = 0; copy < copies; copy += 1) target.set(source);
parentPort.postMessage((performance.now() - start) / 1000);
