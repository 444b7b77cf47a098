import { join } from 'node:path';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './__fixtures__/temporary-folder.js';
import { runInPieces, wholeAndStopped } from './__fixtures__/stopped-after-every-step.js';
import { tinyBatches } from './__fixtures__/tiny-batches.js';
import { tinyNetwork, tinyNetworkThatDrops } from './__fixtures__/tiny-network.js';
import { tinyRecipe } from './__fixtures__/tiny-recipe.js';
import type { Recipe } from './recipe/recipe-schema.js';
import type { ScheduleOf } from './recipe/schedule-schema.js';
import { readMetrics } from './run/metrics.js';
import { train } from './train.js';
import type { TrainOptions } from './train-options.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Depends on the state that it is given, so that an evaluation of another state is noticed. */
const evaluate: NonNullable<TrainOptions['evaluate']> = async ({ parameters }) => {
  const bias = parameters['fc.bias']?.dataSync() ?? [];
  return { examples: 1, loss: bias[0] ?? 0, top1Error: Math.abs(bias[1] ?? 0) };
};

const run = (recipe: Recipe, network = tinyNetwork) => ({ network, recipe, batches: tinyBatches(), evaluate });

/** Evaluated after every epoch of 5 steps, it must fall at step 10 and go on falling after a resume. */
const plateau: ScheduleOf<'plateau'> = {
  kind: 'plateau',
  rate: 0.1,
  factor: 0.1,
  metric: 'loss',
  patience: 0,
  threshold: 0.99,
  cooldown: 0,
  minimumRate: 0,
};

describe('bit for bit, stopped after every step', () => {
  test.each<readonly [string, Partial<Recipe>]>([
    [
      'cosine',
      { schedule: { kind: 'cosine', rate: 0.1, finalRate: 0, warmup: { kind: 'linear', from: 0, steps: 3 } } },
    ],
    ['reduce on plateau', { schedule: plateau }],
    [
      'reduce on plateau after the error fell',
      { schedule: { ...plateau, warmup: { kind: 'until-error', rate: 0.05, error: 0.99, window: 3 } } },
    ],
    ['parts of a batch', { optimizer: { ...tinyRecipe().optimizer, microBatches: 2 } }],
    [
      'groups of parameters and clipped gradients',
      {
        optimizer: {
          ...tinyRecipe().optimizer,
          groups: [{ roles: ['batch-norm-beta'], rateScale: 64, weightDecay: 0.1 }],
          clip: { kind: 'global-norm', limit: 0.1 },
        },
      },
    ],
    ['mixup', { mixing: { mixup: { alpha: 0.4 }, probability: 1 } }],
    [
      'mixup or cutmix in parts of a batch',
      {
        mixing: { mixup: { alpha: 0.4 }, cutmix: { alpha: 1 }, probability: 0.9 },
        optimizer: { ...tinyRecipe().optimizer, microBatches: 2 },
      },
    ],
    ['cutout', { erasing: { kind: 'cutout', size: 2 } }],
    ['random erasing', { erasing: { kind: 'random-erasing', probability: 0.5, area: [0.1, 0.4], aspect: [0.3, 3.3] } }],
    ['an average', { averaging: { kind: 'ema', decay: 0.9, everySteps: 1, warmup: true } }],
    ['an average of every third step', { averaging: { kind: 'ema', decay: 0.5, everySteps: 3, warmup: false } }],
    ['lookahead', { averaging: { kind: 'lookahead', decay: 0.8, everySteps: 2, growth: 3 } }],
    ['clipped values', { optimizer: { ...tinyRecipe().optimizer, clip: { kind: 'value', limit: 0.01 } } }],
  ])('%s', async (_name, overrides) => {
    const { whole, stopped } = await wholeAndStopped(run(tinyRecipe(overrides)));
    expect(stopped).toEqual(whole);
    const plain = await runInPieces(run(tinyRecipe()), []);
    expect(plain.checkpoint['model.safetensors']).not.toBe(whole.checkpoint['model.safetensors']);
  });
});

test('an evaluation that was known when the process died counts once for the plateau', async () => {
  const rates = async (dies: boolean) => {
    const runFolder = join(temporaryFolder(), 'run');
    const recipe = tinyRecipe({ schedule: plateau, checkpointEverySteps: 5, logEverySteps: 1 });
    const dying: TrainOptions = {
      ...run(recipe),
      runFolder,
      callbacks: {
        onEvaluation: ({ step }) => {
          if (dies && step === 10) throw new Error('dies');
        },
      },
    };
    // The checkpoint of step 10 lies there without the evaluation of step 10, which metrics.jsonl has.
    if (dies) await expect(train(dying)).rejects.toThrow('dies');
    const { state } = await train({ ...run(recipe), runFolder, resume: 'latest' });
    disposeNamed(state.parameters);
    disposeNamed(state.buffers);
    return (await readMetrics(runFolder)).flatMap((line) => (line.kind === 'step' ? [line.learningRate] : []));
  };
  const whole = await rates(false);
  expect(new Set(whole).size).toBe(2);
  expect(await rates(true)).toEqual(whole);
});

test('parts of a batch draw on as they would have, too', async () => {
  const optimizer = { ...tinyRecipe().optimizer, microBatches: 4 };
  const { whole, stopped } = await wholeAndStopped(run(tinyRecipe({ optimizer }), tinyNetworkThatDrops(0.5)));
  expect(stopped).toEqual(whole);
});

test('a network that draws goes on with the draws that it would have made', async () => {
  const { whole, stopped } = await wholeAndStopped(run(tinyRecipe(), tinyNetworkThatDrops(0.5)));
  expect(stopped).toEqual(whole);
  const plain = await runInPieces(run(tinyRecipe()), []);
  expect(plain.checkpoint['model.safetensors']).not.toBe(whole.checkpoint['model.safetensors']);
});
