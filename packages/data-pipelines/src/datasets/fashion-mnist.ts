import { debianPackageMirror } from '../mirrors/debian-package-mirror.js';
import { gzipFilesMirror } from '../mirrors/gzip-files-mirror.js';
import type { DatasetDescription } from './dataset-description.js';

/** Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 60,000 + 10,000 grey images of 28×28 pixels. Not used by the paper. */
export const fashionMnist: DatasetDescription = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  folder: 'fashion-mnist',
  height: 28,
  width: 28,
  channels: 1,
  trainCount: 60_000,
  testCount: 10_000,
  classNames: [
    ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
    ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  ],
  layout: {
    kind: 'idx',
    train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
    test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
  },
  // Sums of the files as inflated. The published sums are of the gzip files, whose headers hold a name and a time;
  // Debian's files have other headers around the same deflate streams.
  files: [
    {
      name: 'train-images-idx3-ubyte',
      bytes: 16 + 60_000 * 28 * 28,
      checksum: { algorithm: 'sha256', hex: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888' },
    },
    {
      name: 'train-labels-idx1-ubyte',
      bytes: 8 + 60_000,
      checksum: { algorithm: 'sha256', hex: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9' },
    },
    {
      name: 't10k-images-idx3-ubyte',
      bytes: 16 + 10_000 * 28 * 28,
      checksum: { algorithm: 'sha256', hex: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b' },
    },
    {
      name: 't10k-labels-idx1-ubyte',
      bytes: 8 + 10_000,
      checksum: { algorithm: 'sha256', hex: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34' },
    },
  ],
  mirrors: [
    gzipFilesMirror({
      baseUrl: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
      files: [
        {
          name: 'train-images-idx3-ubyte',
          bytes: 26_421_880,
          checksum: { algorithm: 'md5', hex: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
        },
        {
          name: 'train-labels-idx1-ubyte',
          bytes: 29_515,
          checksum: { algorithm: 'md5', hex: '25c81989df183df01b3e8a0aad5dffbe' },
        },
        {
          name: 't10k-images-idx3-ubyte',
          bytes: 4_422_102,
          checksum: { algorithm: 'md5', hex: 'bef4ecab320f06d8554ea6380940ec79' },
        },
        {
          name: 't10k-labels-idx1-ubyte',
          bytes: 5_148,
          checksum: { algorithm: 'md5', hex: 'bb300cfdad3c16e7a12a480ee83cd310' },
        },
      ],
    }),
    debianPackageMirror({ package: 'dataset-fashion-mnist', folder: 'usr/share/datasets/fashion-mnist' }),
  ],
};
