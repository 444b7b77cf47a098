import { describe, expect, test } from 'vitest';
import { isImageFolder, namedSetData } from './data-schema.js';
import { describeRecipe } from './describe-recipe.js';
import { namedRecipe } from './named-recipes.js';
import { parseRecipe } from './parse-recipe.js';
import { recipeHash } from './recipe-hash.js';

const paper = namedRecipe('imagenet-paper');
const withData = (change: object) => ({ ...paper, data: { ...paper.data, ...change } });

describe('the data of a recipe', () => {
  test('is of an image folder or of a set in memory, and says which', () => {
    expect(isImageFolder(paper.data)).toBe(true);
    expect(isImageFolder(namedRecipe('cifar10-quick').data)).toBe(false);
    expect(namedSetData(namedRecipe('cifar10-quick')).set).toBe('cifar10');
    expect(() => namedSetData(paper)).toThrow('expected a recipe for a data set in memory, such as CIFAR for recipe');
  });

  test.each([
    [{ fliip: 1 }, 'unknown key "fliip" in data'],
    [{ onBroken: 'ignore' }, 'expected one of "skip"|"fail" for data.onBroken, received "ignore"'],
    [{ size: 0 }, 'for data.size, received 0'],
    [{ augmentation: { kind: 'papper' } }, 'for data.augmentation.kind, received "papper"'],
    [{ augmentation: { kind: 'torchvision', pad: 4 } }, 'unknown key "pad" in data.augmentation'],
    [{ evaluation: { shorterSide: 200 } }, 'expected at least data.size, 224, for data.evaluation.shorterSide'],
    [
      { augmentation: { kind: 'paper', shorterSide: [200, 480], colour: 'none' } },
      'expected at least data.size, 224, for data.augmentation.shorterSide[0], received 200',
    ],
    [
      { augmentation: { kind: 'paper', shorterSide: [256, 240], colour: 'none' } },
      'expected at least 256 for data.augmentation.shorterSide[1], received 240',
    ],
    [{ set: 'cifar10' }, 'for data.split, received undefined'],
  ])('is checked by the variant it names: %j', (change, message) => {
    expect(() => parseRecipe(withData(change), 'my.json')).toThrow(message);
  });

  test('decides the hash', () => {
    const other = parseRecipe(withData({ normalization: 'imagenet' }), 'other.json');
    expect(recipeHash(other)).not.toBe(recipeHash(paper));
  });

  test.each([
    [
      { kind: 'paper', shorterSide: [256, 480], colour: 'measured' },
      "shorter side uniform in [256, 480], random crop 224 × 224, random horizontal flip, AlexNet's colours with the training set's components",
    ],
    [
      { kind: 'torch', colour: 'published' },
      "random area and aspect to 224 × 224, random horizontal flip, colour jitter, AlexNet's colours with published components",
    ],
    [{ kind: 'torch', colour: 'none' }, 'random area and aspect to 224 × 224, random horizontal flip, colour jitter'],
    [{ kind: 'torchvision' }, 'random area and aspect to 224 × 224, random horizontal flip'],
  ])('is told in words: %j', (augmentation, words) => {
    const lines = describeRecipe(parseRecipe(withData({ augmentation }), 'my.json'));
    expect(lines).toContainEqual({ label: 'augmentation', value: words });
    expect(lines).toContainEqual({ label: 'evaluation', value: 'shorter side 256 pixels, centre 224 × 224' });
    expect(lines).toContainEqual({ label: 'data', value: 'images of any size, broken ones skipped' });
  });
});

test('the ImageNet recipes are those of the paper (§3.4) and of torchvision', () => {
  expect(paper).toMatchObject({ batchSize: 256, length: { steps: 600_000 }, optimizer: { form: 'caffe' } });
  expect(paper.schedule).toMatchObject({ kind: 'plateau', rate: 0.1, factor: 0.1, metric: 'top1-error' });
  expect(namedRecipe('imagenet-torchvision')).toMatchObject({
    network: 'resnet50',
    length: { epochs: 90 },
    schedule: { boundaries: [150_120, 300_240] },
    optimizer: { form: 'torch', decay: 'all', weightDecay: 1e-4 },
  });
});
