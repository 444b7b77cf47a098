import { namedRecipe } from '@resnet-ts/training';
import { expect, it } from 'vitest';
import { recipeFromOptions } from './recipe-from-options.js';

it('is the recipe itself without options', async () => {
  expect(await recipeFromOptions({ recipe: 'cifar10-paper', set: [] })).toEqual(namedRecipe('cifar10-paper'));
});

it('takes averaging, mixing, parts of a batch and stochastic depth from options of their own', async () => {
  const options = { set: [], ema: 0.99, mixup: 0.2, microBatches: 4, dropPath: 0.1 };
  expect(await recipeFromOptions(options)).toEqual({
    ...namedRecipe('cifar10-quick'),
    averaging: { kind: 'ema', decay: 0.99, everySteps: 1, warmup: true },
    mixing: { mixup: { alpha: 0.2 }, probability: 1 },
    optimizer: { ...namedRecipe('cifar10-quick').optimizer, microBatches: 4 },
    dropPath: 0.1,
  });
});

it('writes another schedule field by field', async () => {
  const set = ['schedule.kind=cosine', 'schedule.rate=0.1', 'schedule.finalRate=0'];
  expect((await recipeFromOptions({ set })).schedule).toEqual({ kind: 'cosine', rate: 0.1, finalRate: 0 });
});

it.each([
  [{ set: [], ema: 1 }, 'for averaging.decay, received 1'],
  [{ set: [], mixup: 0 }, 'for mixing.mixup.alpha, received 0'],
  [{ set: [], microBatches: 3 }, 'expected a divisor of the batch size 128 for optimizer.microBatches, received 3'],
  [{ set: [], dropPath: 1 }, 'for dropPath, received 1'],
  [{ set: ['schedule.kind=cosine'] }, 'expected number for schedule.rate, received undefined'],
])('refuses %j', async (options, message) => {
  await expect(recipeFromOptions(options)).rejects.toThrow(message);
});
