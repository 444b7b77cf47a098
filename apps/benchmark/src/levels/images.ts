import { resolve } from 'node:path';
import type { Candidate } from '../contenders/field.js';
import { nodeWorker } from '../contenders/node-worker.js';
import { TORCHVISION, missingTorchvision, torchvisionWorker } from '../contenders/torchvision.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import type { ImagesSettings } from '../workers/images-worker.js';
import type { RunOptions } from './run-options.js';
import { timeField } from './time-field.js';

export interface ImagesOptions extends RunOptions {
  /** A folder of class folders. */
  readonly images: string;
  readonly batch: number;
  /** Threads that read and finish batches of ours, each count a contender of its own. */
  readonly workers: readonly number[];
}

/** Times images from files to batches: decoded and augmented as in the paper (§3.4), and nothing trained. */
export async function benchmarkImages(options: ImagesOptions): Promise<BenchmarkResult> {
  const { batch, workers, threads, python, contenders } = options;
  const settings = { images: resolve(options.images), batch, threads };
  const ours = workers.map((count): Candidate => {
    const name = `resnet-ts, ${count === 1 ? '1 worker' : `${count} workers`}`;
    const worker = {
      name,
      worker: 'images-worker',
      threads,
      settings: { ...settings, workers: count } satisfies ImagesSettings,
    };
    return { name, command: () => nodeWorker(worker) };
  });
  const peer: Candidate = {
    name: TORCHVISION,
    missing: missingTorchvision(python),
    command: () => torchvisionWorker(python, settings),
  };
  const subject = `JPEGs to batches of ${batch}: shorter side [256, 480], 224×224 crop, flip, AlexNet's colours`;
  const work = {
    candidates: contenders === 'none' ? ours : [...ours, peer],
    workOf: () => ({ subject, batch }),
  };
  return resultOf({
    benchmark: 'data',
    command: options.command,
    settings: { batch, workers: workers.join(','), threads, data: 'an image folder' },
    ...(await timeField(work, options)),
  });
}
