import type { Command } from 'commander';
import type { Precision } from '../settings.js';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, modelOption, precisionOption, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface EpochFlags extends SharedFlags {
  readonly model: string;
  readonly batch: number;
  readonly precision: Precision;
  readonly steps?: number;
}

/** Adds `bench epoch`. */
export function addEpochCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('epoch')
    .description('whole epochs of CIFAR-10 through the training loop, with its run folder, log and checkpoint')
    .addOption(modelOption())
    .option('--batch <images>', 'images a step', integer(1, 4096), 128)
    .addOption(precisionOption())
    .option('--steps <count>', 'steps of an epoch (default: all whole batches)', integer(1, 100_000));
  addSharedOptions(command, { rounds: 3, turnSeconds: 1, contenders: 'pytorch' })
    .addHelpText('after', '\nExample:\n  resnet bench epoch --model resnet20 --alone')
    .action(async (flags: EpochFlags) => {
      const { benchmarkEpoch } = await import('../levels/epoch.js');
      const { model, batch, precision, steps } = flags;
      const epoch = { model, batch, precision, ...(steps === undefined ? {} : { steps }) };
      await deliverResult(await benchmarkEpoch({ ...runOptions(flags, argv), ...epoch }), flags);
    });
}
