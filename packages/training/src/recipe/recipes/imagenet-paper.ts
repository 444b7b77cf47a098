import type { Recipe } from '../recipe-schema.js';

/**
 * The paper's ImageNet recipe (§3.4): 60·10⁴ iterations at batch 256, rate 0.1 divided by 10 when the error plateaus,
 * momentum 0.9 and decay 1e-4 in Caffe's forms, shorter side in [256, 480], a 224 × 224 crop, mirrored, per-pixel mean,
 * AlexNet's colours, no dropout. The authors' release has 24.7 % top-1 error on one crop with 50 layers. Unknown in the
 * paper and chosen here: a plateau is five epochs without a validation error lower by a hundredth of itself.
 */
export const imagenetPaper: Recipe = {
  name: 'imagenet-paper',
  network: 'resnet50-paper',
  classes: 1000,
  data: {
    set: 'image-folder',
    size: 224,
    augmentation: { kind: 'paper', shorterSide: [256, 480], colour: 'measured' },
    normalization: 'per-pixel-mean',
    measuredImages: 100_000,
    evaluation: { shorterSide: 256 },
    onBroken: 'skip',
  },
  batchSize: 256,
  length: { steps: 600_000 },
  optimizer: { momentum: 0.9, nesterov: false, weightDecay: 1e-4, decay: 'all', form: 'caffe' },
  schedule: {
    kind: 'plateau',
    rate: 0.1,
    factor: 0.1,
    metric: 'top1-error',
    patience: 5,
    threshold: 0.01,
    cooldown: 0,
    minimumRate: 1e-4,
  },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  convolution: 'fast',
  checkpointEverySteps: 500,
  keepCheckpoints: 3,
  logEverySteps: 20,
  evaluateEveryEpochs: 1,
};
