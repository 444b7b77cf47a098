import { archiveMirror } from '../mirrors/archive-mirror.js';
import { npmCifar10Mirror } from '../mirrors/npm-cifar10-mirror.js';
import type { DatasetDescription } from './dataset-description.js';

const BYTES_A_FILE = 10_000 * (1 + 32 * 32 * 3);

const SHA1 = {
  'data_batch_1.bin': 'aadd24acce27caa71bf4b10992e9e7b2d74c2540',
  'data_batch_2.bin': 'c0ba65cce70568cd57b4e03e9ac8d2a5367c1795',
  'data_batch_3.bin': '1dd00a74ab1d17a6e7d73e185b69dbf31242f295',
  'data_batch_4.bin': 'aab85764eb3584312d3c7f65fd2fd016e36a258e',
  'data_batch_5.bin': '26e2849e66a845b7f1e4614ae70f4889ae604628',
  'test_batch.bin': '67eb016db431130d61cd03c7ad570b013799c88c',
};

/** CIFAR-10 (Krizhevsky 2009), the data of the paper's section 4.2: 50,000 + 10,000 colour images of 32×32 pixels. */
export const cifar10: DatasetDescription = {
  name: 'cifar10',
  title: 'CIFAR-10',
  folder: 'cifar-10-batches-bin',
  height: 32,
  width: 32,
  channels: 3,
  trainCount: 50_000,
  testCount: 10_000,
  classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  layout: {
    kind: 'cifar',
    labelBytes: 1,
    train: [1, 2, 3, 4, 5].map((part) => `data_batch_${part}.bin`),
    test: ['test_batch.bin'],
  },
  files: Object.entries(SHA1).map(([name, hex]) => ({
    name,
    bytes: BYTES_A_FILE,
    checksum: { algorithm: 'sha1', hex },
  })),
  mirrors: [
    archiveMirror({
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      bytes: 170_052_171,
      checksum: { algorithm: 'md5', hex: 'c32a1d4ab5d03f1284b67883e8d87530' },
    }),
    npmCifar10Mirror(),
  ],
};
