import type { Command } from 'commander';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, integers, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface DataFlags extends SharedFlags {
  readonly batch: number;
  readonly workers: readonly number[];
  readonly images?: string;
}

/** Adds `bench data`. */
export function addDataCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('data')
    .description('the data pipeline alone: shuffled, cropped, mirrored batches of CIFAR-10, or of an image folder')
    .option('--images <folder>', 'a folder of class folders instead, against Pillow and torchvision')
    .option('--batch <images>', 'images a batch', integer(1, 4096), 128)
    .option('--workers <counts>', 'threads that prepare batches, each count timed', integers(0, 64), [0, 1]);
  addSharedOptions(command, { rounds: 9, turnSeconds: 0.5, contenders: 'pytorch' })
    .addHelpText(
      'after',
      '\nExamples:\n  resnet bench data --workers 0,1,2 --alone\n  resnet bench data --images imagenet/train --batch 32 --workers 1,2 --turn-seconds 3',
    )
    .action(async (flags: DataFlags) => {
      const { batch, workers, images } = flags;
      const options = { ...runOptions(flags, argv), batch, workers };
      if (images !== undefined) {
        const { benchmarkImages } = await import('../levels/images.js');
        await deliverResult(await benchmarkImages({ ...options, images }), flags);
        return;
      }
      const { benchmarkData } = await import('../levels/data.js');
      await deliverResult(await benchmarkData(options), flags);
    });
}
