import { namedSetData } from '../data-schema.js';
import type { Recipe } from '../recipe-schema.js';
import { cifar10Fb } from './cifar10-fb.js';

/** The CIFAR-100 recipe of fb.resnet.torch: its CIFAR-10 schedule unchanged. The paper has no CIFAR-100 results. */
export const cifar100Fb: Recipe = {
  ...cifar10Fb,
  name: 'cifar100-fb',
  classes: 100,
  data: { ...namedSetData(cifar10Fb), set: 'cifar100' },
};
