/** Errors on the validation images of ImageNet in percent, as printed in the paper. */
export interface ReportedImagenetError {
  readonly network: string;
  readonly top1: string;
  readonly top5: string;
}

/** Table 2: 10-crop; it prints top-1 errors only. Its residual networks have option A. */
export const TABLE_2: readonly ReportedImagenetError[] = [
  { network: 'plain18', top1: '27.94', top5: '–' },
  { network: 'resnet18-a', top1: '27.88', top5: '–' },
  { network: 'plain34', top1: '28.54', top5: '–' },
  { network: 'resnet34-a', top1: '25.03', top5: '–' },
];

/** Table 3: 10-crop. The bottlenecks have option B and their stride in the first 1×1. */
export const TABLE_3: readonly ReportedImagenetError[] = [
  { network: 'plain34', top1: '28.54', top5: '10.02' },
  { network: 'resnet34-a', top1: '25.03', top5: '7.76' },
  { network: 'resnet34', top1: '24.52', top5: '7.46' },
  { network: 'resnet34-c', top1: '24.19', top5: '7.40' },
  { network: 'resnet50-paper', top1: '22.85', top5: '6.71' },
  { network: 'resnet101-paper', top1: '21.75', top5: '6.05' },
  { network: 'resnet152-paper', top1: '21.43', top5: '5.71' },
];

/** Table 4: fully convolutional at several scales, single models. */
export const TABLE_4: readonly ReportedImagenetError[] = [
  { network: 'resnet34', top1: '21.84', top5: '5.71' },
  { network: 'resnet34-c', top1: '21.53', top5: '5.60' },
  { network: 'resnet50-paper', top1: '20.74', top5: '5.25' },
  { network: 'resnet101-paper', top1: '19.87', top5: '4.60' },
  { network: 'resnet152-paper', top1: '19.38', top5: '4.49' },
];

/** Table 5: the ensemble's top-5 error on the test images. */
export const TABLE_5 = '3.57';

/** Table 5: the ensembles that it is compared with, and their top-5 errors on the test images. */
export const TABLE_5_RIVALS: readonly (readonly [method: string, top5: string])[] = [
  ['VGG (ILSVRC’14)', '7.32'],
  ['GoogLeNet (ILSVRC’14)', '6.66'],
  ['VGG (v5)', '6.8'],
  ['PReLU-net', '4.94'],
  ['BN-inception', '4.82'],
];
