import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { learningRate } from '../schedule/learning-rate.js';
import { totalSteps } from '../schedule/run-length.js';
import { namedSetData } from './data-schema.js';
import { describeRecipe } from './describe-recipe.js';
import { namedRecipe } from './named-recipes.js';
import { parseRecipe } from './parse-recipe.js';
import { recipeDifferences } from './recipe-differences.js';
import { canonicalJson, recipeHash } from './recipe-hash.js';

describe('the paper’s CIFAR-10 recipe (§4.2)', () => {
  const recipe = namedRecipe('cifar10-paper');
  const rate = (step: number) => learningRate(recipe.schedule, step, totalSteps(recipe.length, 390));

  test('runs for 64k iterations at 0.1, 0.01 and 0.001', () => {
    expect(totalSteps(recipe.length, 390)).toBe(64_000);
    expect([0, 31_999, 32_000, 47_999, 48_000, 63_999].map(rate)).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
  });

  test('has Caffe’s momentum 0.9 and decay 1e-4 on every parameter', () => {
    expect(recipe.optimizer).toEqual({
      momentum: 0.9,
      nesterov: false,
      weightDecay: 1e-4,
      decay: 'all',
      form: 'caffe',
    });
  });
});

test('cifar10-fb drops the rate as epochs 81 and 122, counted from 1, begin', () => {
  const { schedule, length } = namedRecipe('cifar10-fb');
  const rateOfEpoch = (epoch: number) => learningRate(schedule, (epoch - 1) * 390, totalSteps(length, 390));
  expect([1, 80, 81, 121, 122, 164].map(rateOfEpoch)).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
});

test('a description names the decaying parameters and the warm-up', () => {
  const lines = Object.fromEntries(
    describeRecipe(namedRecipe('cifar10-paper-110')).map(({ label, value }) => [label, value]),
  );
  expect(lines['weight decay']).toBe(
    '0.0001 on convolution-filter, convolution-bias, linear-weight, linear-bias, batch-norm-gamma, batch-norm-beta',
  );
  expect(lines['learning rate']).toBe(
    '0.01 until the error of the last 50 batches is below 80 %, then 0.1, times 0.1 at steps 32000, 48000',
  );
});

test('the hash does not depend on the order of keys, and depends on every value', () => {
  const recipe = namedRecipe('cifar10-quick');
  const reversed = { ...recipe, ...Object.fromEntries(Object.entries(recipe).reverse()) };
  expect(recipeHash(reversed)).toBe(recipeHash(recipe));
  expect(recipeHash({ ...recipe, seed: 2 })).not.toBe(recipeHash(recipe));
});

test('a recipe from before the field convolution is fast and keeps its hash; direct is another run', () => {
  const recipe = namedRecipe('cifar10-quick');
  const { convolution, ...before } = recipe;
  expect(convolution).toBe('fast');
  expect(parseRecipe(before, 'old.json')).toEqual(recipe);
  // As the first release wrote it into checkpoints.
  expect(recipeHash(recipe)).toBe(createHash('sha256').update(canonicalJson(before)).digest('hex'));
  expect(recipeHash({ ...recipe, convolution: 'direct' })).not.toBe(recipeHash(recipe));
});

test('checkpointing changes no result: neither the hash nor a resume depends on it', () => {
  const recipe = namedRecipe('cifar10-quick');
  const other = parseRecipe({ ...recipe, checkpointing: 'checkpoint' }, 'other.json');
  expect(other.checkpointing).toBe('checkpoint');
  expect(recipeHash(other)).toBe(recipeHash(recipe));
  expect(recipeDifferences(recipe, other)).toEqual([]);
  expect(describeRecipe(other)).toContainEqual({ label: 'checkpointing', value: 'checkpoint' });
  expect(() => parseRecipe({ ...recipe, checkpointing: 'none' }, 'bad.json')).toThrow(
    'expected one of "keep"|"renormalize"|"checkpoint" for checkpointing, received "none"',
  );
});

test('one part a batch is what every run did: the same hash as without the field, and no difference', () => {
  const recipe = namedRecipe('cifar10-quick');
  const parts = (microBatches: number) => ({ ...recipe, optimizer: { ...recipe.optimizer, microBatches } });
  expect(recipeHash(parts(1))).toBe(recipeHash(recipe));
  expect(recipeDifferences(recipe, parts(1))).toEqual([]);
  expect(recipeHash(parts(2))).not.toBe(recipeHash(recipe));
  expect(recipeDifferences(recipe, parts(2))).toEqual([
    { field: 'optimizer.microBatches', expected: undefined, received: 2 },
  ]);
});

test('what an optimiser does beside the usual is described', () => {
  const recipe = namedRecipe('cifar10-quick');
  const described = describeRecipe({
    ...recipe,
    optimizer: {
      ...recipe.optimizer,
      groups: [
        { roles: ['batch-norm-beta', 'linear-bias'], rateScale: 64 },
        { names: 'fc.*', weightDecay: 0 },
      ],
      clip: { kind: 'global-norm', limit: 5 },
      microBatches: 4,
    },
  });
  expect(described).toEqual(
    expect.arrayContaining([
      { label: 'parameter group', value: 'batch-norm-beta, linear-bias: learning rate times 64' },
      { label: 'parameter group', value: 'all roles named fc.*: weight decay 0' },
      { label: 'gradient clipping', value: 'their global norm to 5' },
      { label: 'gradient accumulation', value: 'over 4 parts of each batch, batch norm in each' },
    ]),
  );
});

test('what happens to batches and weights beside the usual is described, and what is off is not', () => {
  const recipe = namedRecipe('cifar10-quick');
  const described = describeRecipe({
    ...recipe,
    averaging: { kind: 'ema', decay: 0.99, everySteps: 5, warmup: true },
    mixing: { mixup: { alpha: 0.2 }, cutmix: { alpha: 1 }, probability: 0.5 },
    erasing: { kind: 'cutout', size: 16 },
    dropPath: 0.2,
    initialization: { kind: 'patch-whitening', filter: 'conv1.weight', images: 2000 },
    data: { ...namedSetData(recipe), evaluation: { views: 'mirrored' } },
  });
  expect(described).toEqual(
    expect.arrayContaining([
      {
        label: 'averaging',
        value:
          'moving average of weights and running statistics, keeping 0.99 every 5 steps, less of it at first; it is what is evaluated',
      },
      {
        label: 'mixing',
        value: 'mixup with λ from Beta(0.2, 0.2) or cutmix with λ from Beta(1, 1), of 50 % of the batches',
      },
      {
        label: 'first filter',
        value: 'conv1.weight begins as the whitened principal components of patches of 2000 training images',
      },
      { label: 'evaluation', value: 'logits averaged over each image and its mirror image' },
      { label: 'stochastic depth', value: 'up to 0.2 at the last block' },
      { label: 'erasing', value: 'cutout, a square of 16 pixels of each image' },
    ]),
  );
  const lookahead = describeRecipe({
    ...recipe,
    averaging: { kind: 'lookahead', decay: 0.77, everySteps: 5, growth: 3 },
  }).map(({ value }) => value);
  expect(lookahead).toContain(
    'lookahead: moving average of weights and running statistics, keeping 0.77 · (steps done / all steps)^3 every 5 steps; training goes on from it',
  );
  const labels = describeRecipe(recipe).map(({ label }) => label);
  for (const label of ['averaging', 'mixing', 'erasing', 'gradient clipping', 'first filter', 'evaluation'])
    expect(labels).not.toContain(label);
});

test('a flip that alternates is described, and is another run than one that is drawn', () => {
  const recipe = namedRecipe('cifar10-quick');
  const data = { ...recipe.data, augmentation: { pad: 4, flip: 'alternate' } };
  const alternating = parseRecipe({ ...recipe, data }, 'alternating.json');
  expect(describeRecipe(alternating)).toContainEqual({
    label: 'augmentation',
    value: 'pad 4 pixels, random crop, alternating horizontal flip',
  });
  expect(recipeHash(alternating)).not.toBe(recipeHash(recipe));
  const misspelt = { ...data, augmentation: { pad: 4, flip: 'alternating' } };
  expect(() => parseRecipe({ ...recipe, data: misspelt }, 'bad.json')).toThrow(
    'expected one of true|false|"alternate" for data.augmentation.flip, received "alternating"',
  );
});

test('differences are named by their path', () => {
  const recipe = namedRecipe('cifar10-quick');
  const other = { ...recipe, seed: 2, optimizer: { ...recipe.optimizer, momentum: 0.8 }, length: { steps: 10 } };
  expect(recipeDifferences(recipe, other)).toEqual([
    { field: 'length.epochs', expected: 5, received: undefined },
    { field: 'length.steps', expected: undefined, received: 10 },
    { field: 'optimizer.momentum', expected: 0.9, received: 0.8 },
    { field: 'seed', expected: 1, received: 2 },
  ]);
  expect(recipeDifferences(recipe, namedRecipe('cifar10-quick'))).toEqual([]);
});
