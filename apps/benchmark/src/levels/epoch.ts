import { choosePeers } from '../contenders/choose-contenders.js';
import { OURS, pytorchCandidate, tfjsCandidate } from '../contenders/step-candidates.js';
import type { StepCandidate } from '../contenders/step-candidates.js';
import { operationsOf } from '../network.js';
import { resultOf } from '../report/result.js';
import type { BenchmarkResult } from '../report/result-schema.js';
import type { Precision } from '../settings.js';
import { contenderSettings, describeImages, subjectOf } from './contender-settings.js';
import type { RunOptions } from './run-options.js';
import { timeField } from './time-field.js';

export interface EpochOptions extends RunOptions {
  readonly model: string;
  readonly batch: number;
  readonly precision: Precision;
  /** Steps of one epoch. Default: as many as the images make whole batches. */
  readonly steps?: number;
}

/** CIFAR-10 has as many training images, and so has its synthetic stand-in. */
const IMAGES = 50_000;

/**
 * Times whole epochs through the training loop, with its run folder, log lines and a checkpoint at the end, against a
 * bare loop of PyTorch. Nothing is evaluated.
 */
export async function benchmarkEpoch(options: EpochOptions): Promise<BenchmarkResult> {
  const { model, batch, precision, threads, python } = options;
  const settings = contenderSettings(options);
  const examples = settings.cifarFolder === null ? settings.examples : IMAGES;
  const stepsPerRun = options.steps ?? Math.floor(examples / batch);
  const run = { ...settings, stepsPerRun };
  const peers = choosePeers(options.contenders, precision).flatMap((peer): StepCandidate[] =>
    peer.kind === 'pytorch' ? [pytorchCandidate('pytorch_step', peer, run, python)] : [],
  );
  const candidates = [tfjsCandidate(OURS, 'epoch-worker', { ...run, backend: 'native' }), ...peers];
  const images = stepsPerRun * batch;
  const subject = `an epoch of ${stepsPerRun} steps, ${subjectOf(settings)}`;
  const operations = operationsOf(settings, 'training') * images;
  const timed = await timeField({ candidates, workOf: () => ({ subject, batch: images, operations }) }, options);
  return resultOf({
    benchmark: 'epoch',
    command: options.command,
    settings: { model, batch, precision, threads, steps: stepsPerRun, data: describeImages(settings) },
    ...timed,
    notes: [...timed.notes, 'ours with run folder, log and a checkpoint at the end; PyTorch without'],
  });
}
