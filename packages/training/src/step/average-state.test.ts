import { join } from 'node:path';
import { disposeNamed, type NetworkState } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { loadCheckpoint } from '../checkpoint/read-checkpoint.js';
import type { Averaging } from '../recipe/averaging-schema.js';
import { train } from '../train.js';
import { averageDecay, disposeState, nextAverage } from './average-state.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const ema = (overrides: Partial<Extract<Averaging, { kind: 'ema' }>> = {}): Averaging => ({
  ...{ kind: 'ema', decay: 0.9, everySteps: 1, warmup: false, ...overrides },
});

function values({ parameters, buffers }: NetworkState): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries({ ...parameters, ...buffers }).map(([name, tensor]) => [name, [...tensor.dataSync()]]),
  );
}

test('the decay of each update, worked by hand', () => {
  expect([1, 2, 3].map((step) => averageDecay(ema(), step, 10))).toEqual([0.9, 0.9, 0.9]);
  expect([1, 2, 3, 4].map((step) => averageDecay(ema({ everySteps: 2 }), step, 10))).toEqual([
    undefined,
    0.9,
    undefined,
    0.9,
  ]);
  const warm = [5, 10, 15, 1000].map((step) => averageDecay(ema({ everySteps: 5, warmup: true }), step, 2000));
  expect(warm).toEqual([1 / 10, 2 / 11, 3 / 12, 0.9]);
  const lookahead = { kind: 'lookahead', decay: 0.8, everySteps: 4, growth: 3 } as const;
  const growing = [3, 4, 8].map((step) => averageDecay(lookahead, step, 8));
  expect(growing).toEqual([undefined, 0.1, 0.8]);
});

test('d·a + (1 − d)·w in float64, to float32’s rounding, parameters and running statistics alike', () => {
  const state = (seed: number): NetworkState => ({
    parameters: { w: tf.randomNormal([100], 0, 1, 'float32', seed) },
    buffers: { m: tf.randomNormal([10], 0, 1, 'float32', seed + 1) },
  });
  const [average, current] = [state(1), state(5)];
  const next = values(nextAverage(average, current, 0.99));
  const [a, w] = [values(average), values(current)];
  let largest = 0;
  for (const [name, own] of Object.entries(next)) {
    own.forEach((value, at) => {
      const exact = 0.99 * (a[name]?.[at] ?? NaN) + (1 - 0.99) * (w[name]?.[at] ?? NaN);
      largest = Math.max(largest, Math.abs(value - exact));
    });
  }
  console.log(`largest difference ${largest.toExponential(1)}`);
  // Two products, their sum and two constants are rounded; all values are below 4.
  expect(largest).toBeLessThan(5 * 4 * 2 ** -24);
});

test('an average of one update a run is what was trained and what came before it, by hand', async () => {
  const run = (averaging: Averaging | undefined, runFolder = join(temporaryFolder(), 'run')) =>
    train({
      ...{ network: tinyNetwork, batches: tinyBatches(), runFolder },
      recipe: tinyRecipe({ length: { steps: 3 }, ...(averaging === undefined ? {} : { averaging }) }),
      maximumSteps: 3,
    });
  const plain = await run(undefined);
  const averaged = await run(ema({ decay: 0.25, everySteps: 3 }));
  const never = await run(ema({ decay: 0.25, everySteps: 4 }));
  const [trained, average, initial] = [plain, averaged, never].map(({ state }) => values(state));
  for (const [name, own] of Object.entries(average ?? {})) {
    own.forEach((value, at) => {
      expect(value).toBeCloseTo(0.25 * (initial?.[name]?.[at] ?? NaN) + 0.75 * (trained?.[name]?.[at] ?? NaN), 5);
    });
  }
  expect(trained).not.toEqual(initial);
});

test('lookahead goes on from the average, by hand: three steps, of which it follows the second', async () => {
  const recipe = (averaging: Averaging | undefined) =>
    tinyRecipe({ length: { steps: 3 }, ...(averaging === undefined ? {} : { averaging }) });
  const run = async (averaging: Averaging | undefined, maximumSteps: number) => {
    const options = { network: tinyNetwork, batches: tinyBatches(), runFolder: join(temporaryFolder(), 'run') };
    const result = await train({ ...options, recipe: recipe(averaging), maximumSteps });
    const { training } = await loadCheckpoint(result.checkpoint, tinyNetwork);
    return { average: values(result.state), training: values(training ?? result.state) };
  };
  const lookahead: Averaging = { kind: 'lookahead', decay: 0.75, everySteps: 2, growth: 1 };
  const [initial, plain, followed] = [await run(lookahead, 0), await run(undefined, 2), await run(lookahead, 2)];
  expect(followed.training).toEqual(followed.average);
  for (const [name, own] of Object.entries(followed.average)) {
    own.forEach((value, at) => {
      // 0.75 · (2 / 3)^1 of the first weights stay.
      expect(value).toBeCloseTo(
        0.5 * (initial.average[name]?.[at] ?? NaN) + 0.5 * (plain.average[name]?.[at] ?? NaN),
        5,
      );
    });
  }
  // The third step starts from the average: another place than where plain training is.
  const [afterPlain, afterLookahead] = [await run(undefined, 3), await run(lookahead, 3)];
  expect(afterLookahead.average).toEqual(followed.average);
  expect(afterLookahead.training).not.toEqual(afterPlain.training);
  expect(afterLookahead.training).not.toEqual(followed.training);
});

test('the average is what is evaluated, returned and kept as the model; what is trained lies beside it', async () => {
  const before = tf.memory().numTensors;
  const evaluated: unknown[] = [];
  const recipe = tinyRecipe({ averaging: ema() });
  const options = { network: tinyNetwork, recipe, batches: tinyBatches(), runFolder: join(temporaryFolder(), 'run') };
  const result = await train({
    ...options,
    evaluate: async (state) => {
      evaluated.push(values(state));
      return { examples: 1, loss: 1, top1Error: 1 };
    },
  });
  const loaded = await loadCheckpoint(result.checkpoint, tinyNetwork);
  expect(values(result.state)).toEqual(values(loaded.state));
  expect(evaluated.at(-1)).toEqual(values(loaded.state));
  const plain = await train({ ...options, recipe: tinyRecipe(), runFolder: join(temporaryFolder(), 'run') });
  if (loaded.training === undefined) throw new Error('the checkpoint has no training state');
  expect(values(loaded.training)).toEqual(values(plain.state));
  expect(values(loaded.state)).not.toEqual(values(plain.state));
  for (const state of [result.state, loaded.state, loaded.training, plain.state]) disposeState(state);
  disposeNamed(loaded.velocities);
  expect(tf.memory().numTensors).toBe(before);
});
