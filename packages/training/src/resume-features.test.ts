import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { runInPieces, wholeAndStopped } from './__fixtures__/stopped-after-every-step.js';
import { tinyBatches } from './__fixtures__/tiny-batches.js';
import { tinyNetwork, tinyNetworkThatDrops } from './__fixtures__/tiny-network.js';
import { tinyRecipe } from './__fixtures__/tiny-recipe.js';
import type { Recipe } from './recipe/recipe-schema.js';
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

test('a network that draws goes on with the draws that it would have made', async () => {
  const { whole, stopped } = await wholeAndStopped(run(tinyRecipe(), tinyNetworkThatDrops(0.5)));
  expect(stopped).toEqual(whole);
  const plain = await runInPieces(run(tinyRecipe()), []);
  expect(plain.checkpoint['model.safetensors']).not.toBe(whole.checkpoint['model.safetensors']);
});
