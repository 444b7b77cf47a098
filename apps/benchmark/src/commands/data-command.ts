import type { Command } from 'commander';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, integers, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface DataFlags extends SharedFlags {
  readonly batch: number;
  readonly workers: readonly number[];
}

/** Adds `bench data`. */
export function addDataCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('data')
    .description('the data pipeline alone: shuffled, cropped, mirrored batches of CIFAR-10')
    .option('--batch <images>', 'images a batch', integer(1, 4096), 128)
    .option('--workers <counts>', 'threads that prepare batches, each count timed', integers(0, 64), [0, 1]);
  addSharedOptions(command, { rounds: 9, turnSeconds: 0.5, contenders: 'pytorch' })
    .addHelpText('after', '\nExample:\n  resnet bench data --workers 0,1,2 --alone')
    .action(async (flags: DataFlags) => {
      const { benchmarkData } = await import('../levels/data.js');
      const { batch, workers } = flags;
      await deliverResult(await benchmarkData({ ...runOptions(flags, argv), batch, workers }), flags);
    });
}
