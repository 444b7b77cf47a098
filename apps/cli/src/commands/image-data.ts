import { Option, type Command } from 'commander';
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

/** Options of `resnet data pack`, as commander parses them. */
export interface PackOptions {
  readonly out: string;
  readonly shorterSide: number;
  readonly quality: number;
  readonly perShard: number;
  readonly onBroken: 'skip' | 'fail';
  readonly json?: boolean;
}

/** Adds `resnet data check|samples|pack`, for images of any size in folders, tar shards or parquet shards. */
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
  data
    .command('pack')
    .description('pack the images of a folder for repeated runs: shards of JPEGs no larger than training scales them')
    .argument('<folder>', 'with train and val, or shards of both')
    .requiredOption('--out <dir>', 'folder of the shards; an interrupted packing goes on there')
    .option(
      '--shorter-side <pixels>',
      'images whose shorter side is longer are scaled down to it',
      positiveInteger,
      480,
    )
    .option('--quality <n>', 'of the JPEGs that are encoded anew, 1 to 100', positiveInteger, 95)
    .option('--per-shard <n>', 'images', positiveInteger, 1000)
    .addOption(
      new Option('--on-broken <policy>', 'what is done with an image that cannot be decoded')
        .choices(['skip', 'fail'])
        .default('skip'),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
JPEGs of three colours that are small enough keep their bytes. Others are scaled and encoded once more, which changes
their pixels by a level or two of 255: a run on packed images is another run than one on the originals.

Example:
  resnet data pack imagenet --out imagenet-480
  resnet train --recipe imagenet-paper --data imagenet-480`,
    )
    .action(async (folder: string, options: PackOptions) => {
      const { packAction } = await import('../actions/pack-images.js');
      await packAction(folder, options);
    });
}
