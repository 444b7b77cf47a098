import type { Command } from 'commander';
import { positiveInteger } from '../parse-options.js';
import { backendOption, jsonOption, threadsOption } from './shared-options.js';

/** Options of `resnet predict`, as commander parses them. */
export interface PredictOptions {
  readonly top: number;
  readonly threads?: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Adds `resnet predict`. */
export function addPredictCommand(program: Command): void {
  program
    .command('predict')
    .description('most probable classes of image files')
    .argument('<run|checkpoint>', 'a run folder, whose last checkpoint is taken, or one checkpoint')
    .argument('<images...>', 'JPEG, PNG, WebP, GIF, TIFF or AVIF files')
    .option('--top <n>', 'classes to print for each image', positiveInteger, 5)
    .addOption(threadsOption())
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
An image is scaled until it covers the network's input and cropped to it around the centre.

Examples:
  resnet predict runs/<run> cat.png dog.jpg
  resnet predict runs/<run> photos/*.jpg --top 1 --json`,
    )
    .action(async (source: string, images: string[], options: PredictOptions) => {
      const { predictAction } = await import('../actions/predict.js');
      await predictAction(source, images, options);
    });
}
