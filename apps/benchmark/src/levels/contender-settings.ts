import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { datasetInfo } from '@resnet-ts/data-pipelines';
import type { Checkpointing } from '@resnet-ts/tensor-ops';
import { widenedTable } from '../network.js';
import { OPTIMIZER } from '../settings.js';
import type { ContenderSettings, Precision } from '../settings.js';

export interface WorkOptions {
  readonly model: string;
  readonly batch: number;
  readonly threads: number;
  readonly precision: Precision;
  /** Multiplies the channels of every layer. Default 1. */
  readonly width?: number;
  /** Pixels. Default: what the network is counted for. */
  readonly imageSize?: number;
  readonly checkpointing?: Checkpointing | undefined;
  /** Default: `fast`. */
  readonly convolution?: ContenderSettings['convolution'];
  readonly dataDirectory: string;
}

/** Real CIFAR-10 for networks of its size, where it is on disk; otherwise noise of the network's shape. */
export function contenderSettings(options: WorkOptions): ContenderSettings {
  const { batch, threads, precision, dataDirectory, width = 1, checkpointing = null, convolution = 'fast' } = options;
  const table = widenedTable(options.model, width);
  const imageSize = options.imageSize ?? table.inputShape[0];
  const cifarFolder = join(dataDirectory, datasetInfo('cifar10').folder);
  const real = imageSize === 32 && table.classes === 10 && existsSync(join(cifarFolder, 'data_batch_1.bin'));
  // As many as CIFAR-10 has, or as many large images as fit in a corner of memory.
  const examples = Math.max(imageSize <= 32 ? 50_000 : 512, batch);
  return {
    network: table.name,
    width,
    batch,
    threads,
    precision,
    checkpointing,
    convolution,
    imageSize,
    classes: table.classes,
    cifarFolder: real ? cifarFolder : null,
    examples,
    ...OPTIMIZER,
  };
}

/** What the images are, for people. */
export function describeImages({ cifarFolder, examples, imageSize }: ContenderSettings): string {
  return cifarFolder === null ? `${examples} synthetic images of ${imageSize}×${imageSize}` : 'CIFAR-10';
}

/** What is timed, the same words in every result. */
export function subjectOf(settings: ContenderSettings): string {
  const { network, width, imageSize, batch, precision, threads, checkpointing, convolution } = settings;
  return [
    `${network}${width === 1 ? '' : ` ×${width} wide`}`,
    `${imageSize}×${imageSize}`,
    `batch ${batch}`,
    precision,
    threads === 1 ? '1 thread' : `${threads} threads`,
    ...(checkpointing === null ? [] : [`checkpointing ${checkpointing}`]),
    ...(convolution === 'fast' ? [] : [`${convolution} convolution`]),
  ].join(', ');
}
