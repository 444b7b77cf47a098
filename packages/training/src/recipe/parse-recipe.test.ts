import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedSetData } from './data-schema.js';
import { namedRecipe, recipeNames } from './named-recipes.js';
import { parseRecipe, parseRecipeText } from './parse-recipe.js';

const quick = () => namedRecipe('cifar10-quick');

describe('parseRecipe', () => {
  test.each(recipeNames())('accepts %s, and again after JSON', (name) => {
    const recipe = namedRecipe(name);
    expect(recipe.name).toBe(name);
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)), name)).toEqual(recipe);
  });

  test.each([
    [
      'batchsize',
      { ...quick(), batchsize: 64 },
      'my.json: unknown key "batchsize" in the recipe; did you mean "batchSize"?',
    ],
    [
      'momentun',
      { ...quick(), optimizer: { ...quick().optimizer, momentun: 1 } },
      'unknown key "momentun" in optimizer; did you mean "momentum"?',
    ],
    [
      'warmupfraction',
      { ...quick(), schedule: { ...quick().schedule, warmupfraction: 1 } },
      'unknown key "warmupfraction" in schedule; did you mean "warmupFraction"?',
    ],
    [
      'fliip',
      { ...quick(), data: { ...quick().data, augmentation: { pad: 4, fliip: true } } },
      'unknown key "fliip" in data.augmentation; did you mean "flip"?',
    ],
    ['epoch', { ...quick(), length: { epoch: 5 } }, 'unknown key "epoch" in length; did you mean "epochs"?'],
    ['both lengths', { ...quick(), length: { epochs: 5, steps: 5 } }, 'in length'],
    [
      'a key of a group',
      { ...quick(), optimizer: { ...quick().optimizer, groups: [{ names: '*', rateScal: 2 }] } },
      'unknown key "rateScal" in optimizer.groups[0]; did you mean "rateScale"?',
    ],
    [
      'a key of what is mixed',
      { ...quick(), mixing: { mixup: { alfa: 1 }, probability: 1 } },
      'unknown key "alfa" in mixing.mixup; valid keys are alpha',
    ],
    ['zebra', { ...quick(), zebra: 1 }, 'unknown key "zebra" in the recipe; valid keys are name, network, classes,'],
  ])('names a misspelt key, its place and the nearest one: %s', (_key, value, message) => {
    expect(() => parseRecipe(value, 'my.json')).toThrow(message);
  });

  test.each([
    ['a missing field', { ...quick(), seed: undefined }, 'expected number for seed, received undefined'],
    ['text for a number', { ...quick(), batchSize: '128' }, 'expected number for batchSize, received "128"'],
    [
      'a choice that is none',
      { ...quick(), precision: 'float16' },
      'expected one of "float32"|"bf16-mixed" for precision, received "float16"',
    ],
    ['an unknown schedule', { ...quick(), schedule: { kind: 'sine' } }, 'for schedule.kind, received "sine"'],
    [
      'a field of another kind of schedule',
      { ...quick(), schedule: { kind: 'cosine', rate: 0.1, finalRate: 0, peak: 0.2 } },
      'unknown key "peak" in schedule; it belongs to another kind of schedule',
    ],
    [
      'a plateau without evaluations',
      {
        ...namedRecipe('imagenet-paper'),
        evaluateEveryEpochs: 0,
      },
      'expected at least 1, as a plateau is seen in evaluations, for evaluateEveryEpochs, received 0',
    ],
    [
      'parts that a batch does not divide into',
      { ...quick(), optimizer: { ...quick().optimizer, microBatches: 3 } },
      'expected a divisor of the batch size 128 for optimizer.microBatches, received 3',
    ],
    [
      'a group of nothing',
      { ...quick(), optimizer: { ...quick().optimizer, groups: [{ rateScale: 2 }] } },
      'expected roles, names or both for optimizer.groups[0], received',
    ],
    [
      'a group for nothing',
      { ...quick(), optimizer: { ...quick().optimizer, groups: [{ names: '*' }] } },
      'expected a weightDecay, a rateScale or both for optimizer.groups[0], received',
    ],
    [
      'a limit of gradients that is none',
      { ...quick(), optimizer: { ...quick().optimizer, clip: { kind: 'value', limit: 0 } } },
      'for optimizer.clip.limit, received 0',
    ],
    ['mixing of nothing', { ...quick(), mixing: { probability: 1 } }, 'expected mixup, cutmix or both for mixing'],
    [
      'bounds the wrong way round',
      { ...quick(), erasing: { kind: 'random-erasing', probability: 1, area: [0.3, 0.1], aspect: [1, 2] } },
      'expected at least 0.3 for erasing.area[1], received 0.1',
    ],
    [
      'a decay that keeps everything',
      { ...quick(), averaging: { kind: 'ema', decay: 1, everySteps: 1, warmup: false } },
      'for averaging.decay, received 1',
    ],
    [
      'an average of two kinds',
      { ...quick(), averaging: { kind: 'lookahead', decay: 0.8, everySteps: 1, growth: 3, warmup: true } },
      'averaging',
    ],
    [
      'a curve that would rise',
      { ...quick(), schedule: { kind: 'cosine', rate: 0.1, finalRate: 0.2 } },
      'expected at most the rate, 0.1, for schedule.finalRate, received 0.2',
    ],
    [
      'a length that is none',
      { ...quick(), length: 5 },
      'expected { epochs } or { steps }, a positive integer, for length, received 5',
    ],
    [
      'boundaries out of order',
      { ...namedRecipe('cifar10-paper'), schedule: { kind: 'step', rate: 0.1, boundaries: [5, 3], factor: 0.1 } },
      'expected a step after 5 for schedule.boundaries[1], received 3',
    ],
    ['not an object', 7, 'expected object for the recipe, received 7'],
  ])('says what was expected, where, and what came: %s', (_name, value, message) => {
    expect(() => parseRecipe(value, 'my.json')).toThrow(message);
  });

  test('of any JSON value either returns a recipe or throws a DataError with the source', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parseRecipe(value, 'any.json');
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_DATA', source: 'any.json' });
        }
      }),
    );
  });

  test('refuses text that is not JSON, naming the source', () => {
    expect(() => parseRecipeText('{"name":', 'cut.json')).toThrow(/^cut.json: expected a recipe as JSON/);
  });
});

test('an unknown recipe is answered with the nearest name', () => {
  expect(() => namedRecipe('cifar10-quik')).toThrow(/received "cifar10-quik"; did you mean "cifar10-quick"\?/);
});

test('a named recipe is a copy', () => {
  const first = namedRecipe('cifar10-quick');
  namedSetData(first).augmentation.pad = 0;
  expect(namedSetData(namedRecipe('cifar10-quick')).augmentation.pad).toBe(4);
});
