import type { Recipe } from '../recipe-schema.js';

/** Full batches in one epoch of 50,000 images at batch 128; the last 80 images of an epoch's order are left out. */
const STEPS_PER_EPOCH = 390;

/**
 * The CIFAR-10 recipe of fb.resnet.torch: 164 epochs, rate 0.1 divided by 10 as its epochs 81 and 122 (from 1) begin,
 * Nesterov momentum 0.9, decay 1e-4 on all weights and biases. Differs from it: the per-pixel mean is subtracted,
 * where it normalises each channel by mean and deviation, and the incomplete last batch of an epoch is left out.
 */
export const cifar10Fb: Recipe = {
  name: 'cifar10-fb',
  network: 'resnet20',
  classes: 10,
  data: { set: 'cifar10', split: 'full', augmentation: { pad: 4, flip: true }, normalization: 'per-pixel-mean' },
  batchSize: 128,
  length: { epochs: 164 },
  optimizer: { momentum: 0.9, nesterov: true, weightDecay: 1e-4, decay: 'all', form: 'torch' },
  schedule: { kind: 'step', rate: 0.1, boundaries: [80 * STEPS_PER_EPOCH, 121 * STEPS_PER_EPOCH], factor: 0.1 },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  convolution: 'fast',
  checkpointEverySteps: 5 * STEPS_PER_EPOCH,
  keepCheckpoints: 3,
  logEverySteps: 20,
  evaluateEveryEpochs: 5,
};
