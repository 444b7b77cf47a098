import { archiveMirror } from '../mirrors/archive-mirror.js';
import type { DatasetDescription } from './dataset-description.js';

const BYTES_A_RECORD = 2 + 32 * 32 * 3;

/**
 * CIFAR-100 (Krizhevsky 2009): the sizes of CIFAR-10 with 100 classes. The labels are the 100 classes; the 20
 * superclasses are checked when the file is read and not kept.
 */
export const cifar100: DatasetDescription = {
  name: 'cifar100',
  title: 'CIFAR-100',
  folder: 'cifar-100-binary',
  height: 32,
  width: 32,
  channels: 3,
  trainCount: 50_000,
  testCount: 10_000,
  // The order of fine_label_names.txt in the official archive, which is alphabetical.
  classNames: [
    ...['apple', 'aquarium_fish', 'baby', 'bear', 'beaver', 'bed', 'bee', 'beetle', 'bicycle', 'bottle'],
    ...['bowl', 'boy', 'bridge', 'bus', 'butterfly', 'camel', 'can', 'castle', 'caterpillar', 'cattle'],
    ...['chair', 'chimpanzee', 'clock', 'cloud', 'cockroach', 'couch', 'crab', 'crocodile', 'cup', 'dinosaur'],
    ...['dolphin', 'elephant', 'flatfish', 'forest', 'fox', 'girl', 'hamster', 'house', 'kangaroo', 'keyboard'],
    ...['lamp', 'lawn_mower', 'leopard', 'lion', 'lizard', 'lobster', 'man', 'maple_tree', 'motorcycle', 'mountain'],
    ...['mouse', 'mushroom', 'oak_tree', 'orange', 'orchid', 'otter', 'palm_tree', 'pear', 'pickup_truck', 'pine_tree'],
    ...['plain', 'plate', 'poppy', 'porcupine', 'possum', 'rabbit', 'raccoon', 'ray', 'road', 'rocket'],
    ...['rose', 'sea', 'seal', 'shark', 'shrew', 'skunk', 'skyscraper', 'snail', 'snake', 'spider'],
    ...[
      'squirrel',
      'streetcar',
      'sunflower',
      'sweet_pepper',
      'table',
      'tank',
      'telephone',
      'television',
      'tiger',
      'tractor',
    ],
    ...['train', 'trout', 'tulip', 'turtle', 'wardrobe', 'whale', 'willow_tree', 'wolf', 'woman', 'worm'],
  ],
  layout: { kind: 'cifar', labelBytes: 2, train: ['train.bin'], test: ['test.bin'] },
  files: [
    {
      name: 'train.bin',
      bytes: 50_000 * BYTES_A_RECORD,
      checksum: { algorithm: 'sha256', hex: 'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29' },
    },
    {
      name: 'test.bin',
      bytes: 10_000 * BYTES_A_RECORD,
      checksum: { algorithm: 'sha256', hex: 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a' },
    },
  ],
  mirrors: [
    archiveMirror({
      url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
      bytes: 168_513_733,
      checksum: { algorithm: 'md5', hex: '03b5dce01913d631647c71ecec9e9cb8' },
    }),
  ],
};
