import type { Command } from 'commander';
import { collect, naturalNumber, positiveInteger } from '../parse-options.js';
import { jsonOption } from './shared-options.js';

/** Options of `resnet data check`. */
export interface CheckOptions {
  readonly json?: boolean;
}

/** Options of `resnet data samples`, as commander parses them. */
export interface SamplesOptions {
  readonly recipe: string;
  readonly set: readonly string[];
  readonly seed?: number;
  readonly images: number;
  readonly epochs: number;
  readonly out: string;
  readonly json?: boolean;
}

/** Adds `resnet data check|samples`, for images of any size in folders, tar shards or parquet shards. */
export function addImageDataCommands(data: Command): void {
  data
    .command('check')
    .description('decode every image of a folder once, and name those that are broken')
    .argument('<folder>', 'with train and val, or shards of both')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  resnet data check imagenet --json > broken.json')
    .action(async (folder: string, options: CheckOptions) => {
      const { checkAction } = await import('../actions/image-data.js');
      await checkAction(folder, options);
    });
  data
    .command('samples')
    .description('write a page of training images as a recipe augments them')
    .argument('<folder>', 'with train and val, or shards of both')
    .option('--recipe <name|file>', 'one for images of any size', 'imagenet-paper')
    .option('--set <key=value>', 'change one value of the recipe; may be repeated', collect, [])
    .option('--seed <n>', 'decides images, crops, flips and colours', naturalNumber)
    .option('--images <n>', 'rows', positiveInteger, 12)
    .option('--epochs <n>', 'samples of each image', positiveInteger, 6)
    .option('--out <file>', 'the page', 'samples.html')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  resnet data samples imagenet --recipe imagenet-torchvision --out samples.html')
    .action(async (folder: string, options: SamplesOptions) => {
      const { samplesAction } = await import('../actions/image-data.js');
      await samplesAction(folder, options);
    });
}
