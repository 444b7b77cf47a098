import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { disposeNamed } from '@resnet-ts/tensor-ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { wholeAndStopped } from '../__fixtures__/stopped-after-every-step.js';
import { tinyBatches } from '../__fixtures__/tiny-batches.js';
import { tinyNetwork } from '../__fixtures__/tiny-network.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { train } from '../train.js';
import { checkInitialValues } from './initial-values.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const filter = 'conv1.weight';
const shape = tinyNetwork.parameters.find(({ name }) => name === filter)?.shape ?? [];
const size = shape.reduce((product, length) => product * length, 1);
const measured = Float32Array.from({ length: size }, (_, at) => Math.sin(at));
const recipe = (overrides: Partial<Recipe> = {}): Recipe =>
  tinyRecipe({ initialization: { kind: 'patch-whitening', filter, images: 10 }, ...overrides });

describe('a filter that begins with measured values', () => {
  test('begins with them, and keeps them where its rate is multiplied by 0', async () => {
    const frozen = recipe({ optimizer: { ...recipe().optimizer, groups: [{ names: filter, rateScale: 0 }] } });
    for (const [name, run] of [
      ['trained', recipe()],
      ['frozen', frozen],
    ] as const) {
      const result = await train({
        ...{ network: tinyNetwork, recipe: run, batches: tinyBatches(), initialValues: { [filter]: measured } },
        runFolder: join(temporaryFolder(), 'run'),
        maximumSteps: 3,
      });
      const values = result.state.parameters[filter]?.dataSync() ?? new Float32Array();
      const change = Math.max(...values.map((value, at) => Math.abs(value - (measured[at] ?? NaN))));
      disposeNamed(result.state.parameters);
      disposeNamed(result.state.buffers);
      if (name === 'frozen') expect(change).toBe(0);
      else expect(change).toBeGreaterThan(0);
      expect(change).toBeLessThan(0.2); // three steps away from them, not from random values
    }
  });

  test('has the same bits stopped and resumed after every step', async () => {
    const run = {
      network: tinyNetwork,
      recipe: recipe(),
      batches: tinyBatches(),
      initialValues: { [filter]: measured },
    };
    const { whole, stopped } = await wholeAndStopped(run);
    expect(stopped).toEqual(whole);
  });
});

describe('checkInitialValues', () => {
  const check =
    (initialValues: Record<string, Float32Array> | undefined, asked = recipe()) =>
    () =>
      checkInitialValues({ network: tinyNetwork, recipe: asked, initialValues });

  test('hands out what the recipe asks for, and nothing where it asks for nothing', () => {
    expect(check({ [filter]: measured })()).toEqual({ [filter]: measured });
    expect(check(undefined, tinyRecipe())()).toEqual({});
  });

  test.each<readonly [string, () => unknown, RegExp]>([
    [
      'missing values',
      check(undefined),
      /^expected \d+ finite values for initialValues\["conv1.weight"\], received un/,
    ],
    ['too few', check({ [filter]: measured.subarray(1) }), /received "?\d+ values"?; measure them with patchWhitening/],
    ['NaN', check({ [filter]: measured.map(() => Number.NaN) }), /expected \d+ finite values/],
    ['values not asked for', check({ [filter]: measured }, tinyRecipe()), /expected no values for initialValues.conv1/],
    [
      'a filter that is not there',
      check({}, recipe({ initialization: { kind: 'patch-whitening', filter: 'conv9.weight', images: 1 } })),
      /expected a filter of tiny for initialization.filter, received "conv9.weight"/,
    ],
    [
      'what is not a filter',
      check({}, recipe({ initialization: { kind: 'patch-whitening', filter: 'bn1.bias', images: 1 } })),
      /expected a filter of tiny for initialization.filter, received "bn1.bias"/,
    ],
  ])('refuses %s', (_name, call, message) => {
    expect(call).toThrow(message);
  });
});
