import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './__fixtures__/temporary-folder.js';
import { tinyBatches } from './__fixtures__/tiny-batches.js';
import { tinyNetwork } from './__fixtures__/tiny-network.js';
import { tinyRecipe } from './__fixtures__/tiny-recipe.js';
import { readMetrics, readEvaluation, train, listCheckpoints, type StepReport, type TrainOptions } from './index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function options(overrides: Partial<TrainOptions> = {}): TrainOptions {
  return {
    network: tinyNetwork,
    recipe: tinyRecipe(),
    batches: tinyBatches(),
    runFolder: join(temporaryFolder(), 'run'),
    ...overrides,
  };
}

async function evaluateAsOne(): Promise<{ examples: number; loss: number; top1Error: number }> {
  return { examples: 2, loss: 1, top1Error: 0.5 };
}

describe('train', () => {
  test('runs to the end, reports every step, and leaves only the returned state in memory', async () => {
    const before = tf.memory().numTensors;
    const reports: StepReport[] = [];
    const checkpoints: number[] = [];
    const result = await train(
      options({
        callbacks: {
          onStep: (report) => void reports.push(report),
          onCheckpoint: ({ step }) => void checkpoints.push(step),
        },
      }),
    );
    expect(result).toMatchObject({ stopped: 'finished', step: 12, totalSteps: 12 });
    expect(reports.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(reports.map(({ learningRate }) => learningRate).slice(0, 3)).toEqual([0.05, 0.05, 0.05]);
    expect(reports.at(-1)).toMatchObject({ learningRate: 0.01, epoch: 12 / 5, etaSeconds: 0 });
    expect(checkpoints).toEqual([4, 8, 12]);
    const parametersAndBuffers = tinyNetwork.parameters.length + tinyNetwork.buffers.length;
    expect(tf.memory().numTensors).toBe(before + parametersAndBuffers);
    disposeNamed(result.state.parameters);
    disposeNamed(result.state.buffers);
  });

  test('warns of what its schedule never reaches, once, at the start', async () => {
    const warnings: string[] = [];
    const callbacks = { onWarning: (message: string) => void warnings.push(message) };
    const run = options({ callbacks, recipe: tinyRecipe({ length: { steps: 8 } }) });
    await train({ ...run, maximumSteps: 4 });
    await train({ ...run, resume: 'latest' });
    expect(warnings).toEqual(['the run ends after 8 steps: the learning rate does not fall at step 8']);
  });

  test('refuses a plateau schedule that nothing evaluates for', async () => {
    const waits = { factor: 0.1, patience: 0, threshold: 0, cooldown: 0, minimumRate: 0 };
    const schedule = { kind: 'plateau', rate: 0.1, metric: 'loss', ...waits } as const;
    await expect(train(options({ recipe: tinyRecipe({ schedule }) }))).rejects.toThrow(
      'expected a function for evaluate, received undefined; the rate of a plateau schedule falls by what it returns',
    );
  });

  test('learns', async () => {
    const recipe = tinyRecipe({
      length: { steps: 150 },
      schedule: { kind: 'triangular', peak: 0.1, warmupFraction: 0.2, finalFraction: 0 },
      logEverySteps: 25,
      checkpointEverySteps: 150,
    });
    const run = options({ recipe });
    await train(run);
    const records = await readMetrics(run.runFolder);
    const errors = records.flatMap((record) => (record.kind === 'step' ? [record.error ?? 1] : []));
    expect(errors.at(-1)).toBeLessThan(0.7 * (errors[0] ?? 0));
  });

  test('logs means over the steps since the line before', async () => {
    const losses: number[] = [];
    const run = options({ callbacks: { onStep: ({ loss }) => void losses.push(loss) } });
    await train(run);
    const records = (await readMetrics(run.runFolder)).flatMap((record) => (record.kind === 'step' ? [record] : []));
    expect(records.map(({ step }) => step)).toEqual([3, 6, 9, 12]);
    records.forEach(({ loss }, index) => {
      const [a = 0, b = 0, c = 0] = losses.slice(index * 3, index * 3 + 3);
      expect(loss).toBe((a + b + c) / 3);
    });
  });

  test('evaluates at the ends of epochs and after the last step, and records it', async () => {
    const at: number[] = [];
    const run = options({
      evaluate: async (state, { step }) => {
        expect(Object.keys(state.parameters)).toHaveLength(tinyNetwork.parameters.length);
        at.push(step);
        return evaluateAsOne();
      },
    });
    const result = await train(run);
    expect(at).toEqual([5, 10, 12]);
    expect(result.evaluation).toMatchObject({ top1Error: 0.5, step: 12 });
    expect(await readEvaluation(run.runFolder)).toEqual({ examples: 2, loss: 1, top1Error: 0.5, step: 12 });
    expect(
      (await readMetrics(run.runFolder)).filter(({ kind }) => kind === 'evaluation').map(({ step }) => step),
    ).toEqual(at);
  });

  test('keeps the newest checkpoints that the recipe asks for', async () => {
    const run = options({ recipe: tinyRecipe({ checkpointEverySteps: 1, keepCheckpoints: 2 }) });
    await train(run);
    expect((await listCheckpoints(run.runFolder)).map(({ step }) => step)).toEqual([11, 12]);
  });

  test('stops on a signal with a checkpoint of the last completed step', async () => {
    const controller = new AbortController();
    const run = options({
      signal: controller.signal,
      callbacks: { onStep: ({ step }) => (step === 7 ? controller.abort() : undefined) },
    });
    const result = await train(run);
    expect(result).toMatchObject({ stopped: 'signal', step: 7 });
    expect(result.checkpoint).toContain('step-000007');
  });

  test('stops at the maximum number of steps, and goes on from there', async () => {
    const run = options({ maximumSteps: 5 });
    expect(await train(run)).toMatchObject({ stopped: 'maximum-steps', step: 5 });
    expect(await train({ ...run, maximumSteps: undefined, resume: 'latest' })).toMatchObject({
      stopped: 'finished',
      step: 12,
    });
  });

  test('does nothing when a finished run is resumed', async () => {
    const run = options({ evaluate: evaluateAsOne });
    await train(run);
    const files = () => readFileSync(join(run.runFolder, 'metrics.jsonl'), 'utf8');
    const before = files();
    const result = await train({ ...run, resume: 'latest', callbacks: { onStep: () => expect.unreachable() } });
    expect(result).toMatchObject({ stopped: 'finished', step: 12, imagesPerSecond: 0 });
    expect(files()).toBe(before);
  });
});

describe('train refuses', () => {
  test.each([
    ['another network', { recipe: tinyRecipe({ network: 'tinny' }) }, /expected tinny for network, received "tiny"/],
    ['other classes', { recipe: tinyRecipe({ classes: 4 }) }, /expected 4 for network.classes, received 3/],
    ['another batch size', { recipe: tinyRecipe({ batchSize: 8 }) }, /expected 8 for batches.batchSize, received 4/],
    ['no batches', { batches: { ...tinyBatches(), batchesPerEpoch: 0 } }, /at least one batch an epoch/],
    ['a negative maximum', { maximumSteps: -1 }, /integer >= 0 for maximumSteps, received -1/],
    ['a bad recipe', { recipe: tinyRecipe({ seed: -1 }) }, /recipe: expected number to be >=0 for seed, received -1/],
    ['a name that is no checkpoint', { resume: 'newest' }, /expected "latest" or the path of a checkpoint/],
  ])('%s', async (_name, overrides, message) => {
    const run = options({ ...overrides });
    if ('resume' in overrides) await train({ ...run, resume: undefined });
    await expect(train(run)).rejects.toThrow(message);
  });

  test('a folder that holds a run already', async () => {
    const run = options();
    await train(run);
    await expect(train(run)).rejects.toThrow(/expected a folder without a run for runFolder/);
  });

  test('a run folder that cannot be made, naming it', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(train(options({ runFolder: join(file, 'run') }))).rejects.toMatchObject({
      code: 'ERR_DATA',
      message: expect.stringMatching(/could not be written \(ENOTDIR/),
    });
  });

  test('to resume with another recipe, naming each field', async () => {
    const run = options({ maximumSteps: 4 });
    await train(run);
    const recipe = tinyRecipe({ seed: 4, optimizer: { ...tinyRecipe().optimizer, momentum: 0.8 } });
    await expect(train({ ...run, recipe, resume: 'latest' })).rejects.toThrow(
      /recipe.json: the run was started with another recipe: expected 0.9 for optimizer.momentum, received 0.8; expected 3 for seed, received 4/,
    );
  });

  test('to resume when recipe.json was changed after the fact', async () => {
    const run = options({ maximumSteps: 4 });
    await train(run);
    const recipe = tinyRecipe({ seed: 4 });
    writeFileSync(join(run.runFolder, 'recipe.json'), JSON.stringify(recipe));
    const before = tf.memory().numTensors;
    await expect(train({ ...run, recipe, resume: 'latest' })).rejects.toThrow(
      /for recipeHash, received .*recipe.json was changed/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('to resume with other data', async () => {
    const run = options({ maximumSteps: 4 });
    await train(run);
    const batches = { ...tinyBatches(), examples: 21 };
    await expect(train({ ...run, batches, resume: 'latest' })).rejects.toThrow(
      /expected 20 for batches.examples, received 21/,
    );
  });

  test('an epoch that is shorter than it promised', async () => {
    await expect(train(options({ batches: tinyBatches({ shortEpoch: 3 }) }))).rejects.toThrow(
      /expected 5 batches in epoch 0, received 3/,
    );
  });

  test('a label out of range, naming batch and position', async () => {
    const batches = tinyBatches({ labelOf: (label, { epoch, batch }) => (epoch === 1 && batch === 2 ? 3 : label) });
    await expect(train(options({ batches }))).rejects.toThrow(
      /batch 2 of epoch 1: expected a class from 0 to 2 for label 0, received 3/,
    );
  });
});

describe('train guards', () => {
  test('against tensors that a forward pass keeps', async () => {
    const network = {
      ...tinyNetwork,
      apply: (...parameters: Parameters<typeof tinyNetwork.apply>) => {
        tf.keep(tf.zeros([2]));
        return tinyNetwork.apply(...parameters);
      },
    };
    await expect(train(options({ network }))).rejects.toThrow(
      /step 0: expected \d+ tensors .* received \d+ \(\+1 tensors, \+8 bytes, /,
    );
  });

  test('against tensors that a callback keeps', async () => {
    const recipe = tinyRecipe({ length: { steps: 200 }, checkpointEverySteps: 200 });
    const kept: tf.Tensor[] = [];
    const run = options({ recipe, callbacks: { onStep: () => void kept.push(tf.zeros([1])) } });
    await expect(train(run)).rejects.toThrow(/a callback or the batches keep tensors/);
    expect(kept.length).toBeLessThan(120);
    kept.forEach((tensor) => tensor.dispose());
  });

  test('its memory when something fails', async () => {
    const before = tf.memory().numTensors;
    const failing = options({
      callbacks: {
        onStep: ({ step }) => {
          if (step === 6) throw new Error('callback');
        },
      },
    });
    await expect(train(failing)).rejects.toThrow('callback');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a value that is not finite', () => {
  const poisoned = (epochAt: number, batchAt: number) =>
    tinyBatches({
      change: (values, { epoch, batch }) =>
        epoch === epochAt && batch === batchAt ? values.with(5, Number.NaN) : values,
    });

  test('in the images stops training, names step, place and last good checkpoint, and overwrites nothing', async () => {
    const run = options({ batches: poisoned(1, 3) });
    const before = tf.memory().numTensors;
    await expect(train(run)).rejects.toMatchObject({
      code: 'ERR_NON_FINITE',
      step: 8,
      where: 'the images',
      lastGoodCheckpoint: expect.stringContaining('step-000008'),
    });
    expect((await listCheckpoints(run.runFolder)).map(({ step }) => step)).toEqual([4, 8]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('in a parameter is named', async () => {
    const schedule = { kind: 'step', rate: 1e30, boundaries: [], factor: 1 } as const;
    await expect(train(options({ recipe: tinyRecipe({ schedule }) }))).rejects.toThrow(
      /first seen in (parameter|the activations at|the logits|the gradient of)/,
    );
  });

  test('never reaches a checkpoint', async () => {
    // The rate overflows the update of the very step after which a checkpoint is due, while its loss is still finite.
    const schedule = { kind: 'step', rate: 1, boundaries: [3], factor: 1e39 } as const;
    const run = options({ recipe: tinyRecipe({ schedule }) });
    await expect(train(run)).rejects.toMatchObject({ code: 'ERR_NON_FINITE', step: 4, lastGoodCheckpoint: undefined });
    expect(await listCheckpoints(run.runFolder)).toEqual([]);
  });
});

test('the recipe is checked before anything is written', async () => {
  const folder = temporaryFolder();
  const runFolder = join(folder, 'run');
  await expect(train(options({ runFolder, recipe: tinyRecipe({ seed: 0.5 }) }))).rejects.toThrow(/seed/);
  expect(() => mkdirSync(runFolder)).not.toThrow();
});
