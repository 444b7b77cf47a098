import type { Recipe } from '../recipe-schema.js';

/**
 * The paper's ImageNet recipe (§3.4): 60·10⁴ iterations at batch 256, momentum 0.9 and decay 1e-4 in Caffe's forms,
 * shorter side in [256, 480], a 224 × 224 crop, mirrored, per-pixel mean, AlexNet's colours, no dropout. The paper
 * divides the rate by 10 "when the error plateaus"; here at 15·10⁴ and 30·10⁴ iterations, the epochs 30 and 60 that
 * the authors' next paper gives, and at 45·10⁴. Their release has 24.7 % top-1 error on one crop with 50 layers.
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
  schedule: { kind: 'step', rate: 0.1, boundaries: [150_000, 300_000, 450_000], factor: 0.1 },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  convolution: 'fast',
  checkpointEverySteps: 500,
  keepCheckpoints: 3,
  logEverySteps: 20,
  evaluateEveryEpochs: 1,
};
