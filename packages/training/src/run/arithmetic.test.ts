import { join } from 'node:path';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { train } from '../train.js';
import type { TrainOptions } from '../train-options.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  Reflect.deleteProperty(tf.backend(), 'convolutionAlgorithm');
});

/** One session of a run of two steps; returns its warnings. */
async function session(runFolder: string, options: Partial<TrainOptions>): Promise<string[]> {
  const warnings: string[] = [];
  const callbacks = { onWarning: (message: string) => void warnings.push(message) };
  const { state } = await train({
    ...{ network: tinyNetwork, recipe: tinyRecipe(), batches: tinyBatches(), runFolder, callbacks, ...options },
  });
  disposeNamed(state.parameters);
  disposeNamed(state.buffers);
  return warnings;
}

test('a backend that convolves in another way than the recipe says is refused before the first step', async () => {
  const runFolder = join(temporaryFolder(), 'run');
  Reflect.set(tf.backend(), 'convolutionAlgorithm', 'direct');
  await expect(session(runFolder, { maximumSteps: 1 })).rejects.toThrow(
    'expected fast for the convolution of the backend, received "direct"; the recipe says so: call setConvolutionAlgorithm',
  );
  await expect(session(runFolder, { recipe: tinyRecipe({ convolution: 'direct' }), maximumSteps: 1 })).resolves.toEqual(
    [],
  );
});

test('resuming with another convolution in the recipe is refused', async () => {
  const runFolder = join(temporaryFolder(), 'run');
  await session(runFolder, { maximumSteps: 1 });
  const recipe = tinyRecipe({ convolution: 'direct' });
  await expect(session(runFolder, { recipe, resume: 'latest', maximumSteps: 2 })).rejects.toThrow(
    'expected "fast" for convolution, received "direct"',
  );
});

test('resuming with other arithmetic than the session before is said, resuming with the same is not', async () => {
  const runFolder = join(temporaryFolder(), 'run');
  const first = { instructionSet: 'avx512', precision: 'bf16-mixed', threads: 2 };
  await session(runFolder, { environment: first, maximumSteps: 1 });
  const same = { environment: { ...first, threads: 4 }, resume: 'latest', maximumSteps: 2 };
  expect(await session(runFolder, same)).toEqual([]);
  const other = { instructionSet: 'avx2', precision: 'float32', threads: 2 };
  expect(await session(runFolder, { environment: other, resume: 'latest', maximumSteps: 3 })).toEqual([
    'resumed on instruction set avx2, was avx512; precision float32, was bf16-mixed: results will differ in the last bits',
  ]);
});
