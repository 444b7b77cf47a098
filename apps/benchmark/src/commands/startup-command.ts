import type { Command } from 'commander';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, modelOption, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface StartupFlags extends SharedFlags {
  readonly model: string;
  readonly batch: number;
}

/** Adds `bench startup`. */
export function addStartupCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('startup')
    .description('from the start of resnet train to the end of its first training step')
    .addOption(modelOption())
    .option('--batch <images>', 'images a step', integer(1, 4096), 128);
  addSharedOptions(command, { rounds: 5, turnSeconds: 1, contenders: 'none' })
    .addHelpText('after', '\nExample:\n  resnet bench startup --contenders pytorch-channels-last')
    .action(async (flags: StartupFlags) => {
      const { benchmarkStartup } = await import('../levels/startup.js');
      const { model, batch } = flags;
      await deliverResult(await benchmarkStartup({ ...runOptions(flags, argv), model, batch }), flags);
    });
}
