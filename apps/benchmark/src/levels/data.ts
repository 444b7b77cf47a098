import { choosePeers } from '../contenders/choose-contenders.js';
import { nodeWorker } from '../contenders/node-worker.js';
import { pytorchCandidate } from '../contenders/step-candidates.js';
import type { StepCandidate } from '../contenders/step-candidates.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import { contenderSettings, describeImages } from './contender-settings.js';
import type { RunOptions } from './run-options.js';
import { timeField } from './time-field.js';

export interface DataOptions extends RunOptions {
  readonly batch: number;
  /** Threads that prepare batches of ours, each count a contender of its own. */
  readonly workers: readonly number[];
}

/** Times the data pipeline alone: shuffled, cropped, mirrored batches with the mean subtracted, and nothing trained. */
export async function benchmarkData(options: DataOptions): Promise<BenchmarkResult> {
  const { batch, workers, threads, python } = options;
  const settings = contenderSettings({ ...options, model: 'resnet20', precision: 'float32' });
  const ours = workers.map((count): StepCandidate => {
    const name = `resnet-ts, ${count === 1 ? '1 worker' : `${count} workers`}`;
    const worker = { name, worker: 'data-worker', threads, settings: { ...settings, workers: count } };
    return { name, batch, bfloat16: false, command: () => nodeWorker(worker) };
  });
  // Memory format and precision make no difference to bytes: one PyTorch is enough.
  const pytorch = choosePeers(options.contenders, 'float32').find((peer) => peer.kind === 'pytorch');
  const peers = pytorch === undefined ? [] : [pytorchCandidate('pytorch_data', pytorch, settings, python)];
  const images = describeImages(settings);
  const subject = `${images}, batch ${batch}: shuffle, pad-4 crop, flip, mean subtracted`;
  const work = { candidates: [...ours, ...peers], workOf: () => ({ subject, batch }) };
  return resultOf({
    benchmark: 'data',
    command: options.command,
    settings: { batch, workers: workers.join(','), threads, data: images },
    ...(await timeField(work, options)),
  });
}
