/** Whole epochs through the training loop of this repository, run folder, log and checkpoint included. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainingBatches, perPixelMean } from '@resnet-ts/data-pipelines';
import { namedRecipe, namedSetData, parseRecipe, train } from '@resnet-ts/training';
import * as tf from '@tensorflow/tfjs-core';
import { networkOf } from '../network.js';
import type { BackendName, ContenderSettings } from '../settings.js';
import { count, serve } from './serve.js';
import { trainingImages } from './training-images.js';
import { useArithmetic } from './use-backend.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as ContenderSettings & {
  readonly backend: BackendName;
  /** Steps of one epoch. */
  readonly stepsPerRun: number;
};
const introduction = await useArithmetic(settings);
const network = networkOf(settings);
const set = await trainingImages(settings);
const { batch: batchSize, stepsPerRun: steps, learningRate: rate } = settings;
const { data, ...base } = namedRecipe('cifar10-quick');
const recipe = parseRecipe(
  {
    ...base,
    ...{ network: network.name, classes: network.classes, batchSize, length: { steps } },
    ...{ precision: settings.precision, convolution: settings.convolution },
    ...(settings.checkpointing === null ? {} : { checkpointing: settings.checkpointing }),
    data: { ...data, split: 'full' },
    schedule: { kind: 'step', rate, boundaries: [], factor: 0.1 },
    checkpointEverySteps: steps,
  },
  'the recipe of the benchmark',
);
const batches = createTrainingBatches(set, {
  batchSize,
  seed: recipe.seed,
  mean: perPixelMean(set),
  augmentation: namedSetData(recipe).augmentation,
});

async function epoch(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'resnet-bench-run-'));
  try {
    const { state } = await train({ network, recipe, batches, runFolder: join(folder, 'run') });
    tf.dispose([state.parameters, state.buffers]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

await serve(introduction, {
  run: async (request) => {
    const epochs = count(request, 'steps');
    const start = performance.now();
    for (let one = 0; one < epochs; one += 1) await epoch();
    return { seconds: (performance.now() - start) / 1000 };
  },
});
