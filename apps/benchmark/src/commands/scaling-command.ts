import { Option } from 'commander';
import type { Command } from 'commander';
import { SCALES } from '../levels/scaling.js';
import type { Scale } from '../levels/scaling.js';
import type { Precision } from '../settings.js';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, list, modelOption, precisionOption, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface ScalingFlags extends SharedFlags {
  readonly model: string;
  readonly batch: number;
  readonly precision: Precision;
  readonly vary: readonly Scale[];
}

/** Adds `bench scaling`. */
export function addScalingCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('scaling')
    .description('how a training step grows: speed and peak memory by batch, depth, width, image size, threads')
    .addOption(modelOption())
    .option('--batch <images>', 'images a step where batch does not vary', integer(1, 4096), 64)
    .addOption(precisionOption())
    .addOption(
      new Option('--vary <scales>', `some of ${SCALES.join(', ')}`).argParser(list(SCALES)).default([...SCALES], 'all'),
    );
  addSharedOptions(command, { rounds: 5, turnSeconds: 1, contenders: 'none' })
    .addHelpText('after', '\nExample:\n  resnet bench scaling --model resnet50 --batch 16 --vary threads,batch')
    .action(async (flags: ScalingFlags) => {
      const { benchmarkScaling } = await import('../levels/scaling.js');
      const { model, batch, precision, vary } = flags;
      const options = { ...runOptions(flags, argv), model, batch, precision, scales: vary };
      await deliverResult(await benchmarkScaling(options), flags);
    });
}
