import type { Recipe } from '../recipe-schema.js';
import { cifar10Paper } from './cifar10-paper.js';

/**
 * The paper's recipe for 110 layers and more (§4.2): rate 0.01 until the training error is below 80 %, then 0.1.
 * "Training error" is taken as the mean over the last 50 batches (6,400 images, standard error 0.5 %): the paper
 * does not say how it was read, and a single batch of 128 swings by 3.5 %.
 */
export const cifar10Paper110: Recipe = {
  ...cifar10Paper,
  name: 'cifar10-paper-110',
  network: 'resnet110',
  schedule: {
    kind: 'step',
    rate: 0.1,
    boundaries: [32_000, 48_000],
    factor: 0.1,
    warmup: { kind: 'until-error', rate: 0.01, error: 0.8, window: 50 },
  },
  checkpointEverySteps: 500,
};

/** The same with the warm-up as the fixed 400 iterations that the paper counted and the v2 paper prescribes. */
export const cifar10Paper110Iterations: Recipe = {
  ...cifar10Paper110,
  name: 'cifar10-paper-110-400',
  schedule: {
    kind: 'step',
    rate: 0.1,
    boundaries: [32_000, 48_000],
    factor: 0.1,
    warmup: { kind: 'constant', rate: 0.01, steps: 400 },
  },
};
