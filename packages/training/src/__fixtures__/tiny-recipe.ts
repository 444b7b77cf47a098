import type { Recipe } from '../recipe/recipe-schema.js';

/** 12 steps of the tiny network in epochs of 5, with a log line every 3 and a checkpoint every 4. */
export function tinyRecipe(overrides: Partial<Recipe> = {}): Recipe {
  return {
    name: 'tiny',
    network: 'tiny',
    classes: 3,
    data: { set: 'none', split: 'full', augmentation: { pad: 0, flip: false }, normalization: 'per-pixel-mean' },
    batchSize: 4,
    length: { steps: 12 },
    optimizer: { momentum: 0.9, nesterov: true, weightDecay: 1e-3, decay: 'weights', form: 'torch' },
    schedule: { kind: 'step', rate: 0.1, boundaries: [8], factor: 0.1, warmup: { kind: 'until-error', rate: 0.05, error: 0.99, window: 3 } },
    labelSmoothing: 0.1,
    seed: 3,
    precision: 'float32',
    convolution: 'fast',
    checkpointEverySteps: 4,
    keepCheckpoints: 3,
    logEverySteps: 3,
    evaluateEveryEpochs: 1,
    ...overrides,
  };
}
