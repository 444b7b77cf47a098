import type { Recipe } from '../recipe-schema.js';

/**
 * The paper's CIFAR-10 recipe (§4.2): 64k iterations at batch 128, rate 0.1 divided by 10 at 32k and 48k, momentum 0.9
 * and decay 1e-4 in Caffe's forms (rate inside the velocity, decay on every parameter), pad 4, crop, mirror,
 * per-pixel mean. Reported: 8.75 % for 20 layers. Unknown in the paper and chosen here: all 50,000 images.
 */
export const cifar10Paper: Recipe = {
  name: 'cifar10-paper',
  network: 'resnet20',
  classes: 10,
  data: { set: 'cifar10', split: 'full', augmentation: { pad: 4, flip: true }, normalization: 'per-pixel-mean' },
  batchSize: 128,
  length: { steps: 64_000 },
  optimizer: { momentum: 0.9, nesterov: false, weightDecay: 1e-4, decay: 'all', form: 'caffe' },
  schedule: { kind: 'step', rate: 0.1, boundaries: [32_000, 48_000], factor: 0.1 },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  convolution: 'fast',
  checkpointEverySteps: 1_000,
  keepCheckpoints: 3,
  logEverySteps: 20,
  evaluateEveryEpochs: 5,
};
