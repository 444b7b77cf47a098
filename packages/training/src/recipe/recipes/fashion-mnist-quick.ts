import { namedSetData } from '../data-schema.js';
import type { Recipe } from '../recipe-schema.js';
import { cifar10Quick } from './cifar10-quick.js';

/**
 * ResNet-20 on Fashion-MNIST in 3 epochs of 468 steps. Padding is 2 rather than 4: the 28-pixel images are already
 * cropped close to the garment. Not in the paper.
 */
export const fashionMnistQuick: Recipe = {
  ...cifar10Quick,
  name: 'fashion-mnist-quick',
  data: { ...namedSetData(cifar10Quick), set: 'fashion-mnist', augmentation: { pad: 2, flip: true } },
  length: { epochs: 3 },
  checkpointEverySteps: 468,
};
