import type { Recipe } from '../recipe-schema.js';

/** Full batches in one epoch of ILSVRC's 1,281,167 training images at batch 256. */
const STEPS_PER_EPOCH = 5004;

/**
 * torchvision's recipe of its V1 weights (`references/classification`): 90 epochs at batch 256, rate 0.1 divided by 10
 * after 30 and 60, momentum 0.9, decay 1e-4 on all parameters, random area and aspect, mirrored, published mean and
 * deviation. Published: 76.13 % top-1 accuracy for ResNet-50 v1.5. Differs from it: the incomplete last batch of an
 * epoch is left out.
 */
export const imagenetTorchvision: Recipe = {
  name: 'imagenet-torchvision',
  network: 'resnet50',
  classes: 1000,
  data: {
    set: 'image-folder',
    size: 224,
    augmentation: { kind: 'torchvision' },
    normalization: 'imagenet',
    measuredImages: 10_000,
    evaluation: { shorterSide: 256 },
    onBroken: 'skip',
  },
  batchSize: 256,
  length: { epochs: 90 },
  optimizer: { momentum: 0.9, nesterov: false, weightDecay: 1e-4, decay: 'all', form: 'torch' },
  schedule: { kind: 'step', rate: 0.1, boundaries: [30 * STEPS_PER_EPOCH, 60 * STEPS_PER_EPOCH], factor: 0.1 },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  convolution: 'fast',
  checkpointEverySteps: 500,
  keepCheckpoints: 3,
  logEverySteps: 20,
  evaluateEveryEpochs: 1,
};
