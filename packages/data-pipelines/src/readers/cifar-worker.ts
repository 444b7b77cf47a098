// The entry of a thread that reads some files of a data set and ends. What it imports imports nothing of the package,
// so that it starts in milliseconds.
import { parentPort, workerData } from 'node:worker_threads';
import { type CifarPart, readPublishedCifar } from './published-cifar.js';

parentPort?.postMessage((workerData as readonly CifarPart[]).map(readPublishedCifar));
