import { CHECKPOINTING } from '@resnet-ts/tensor-ops';
import type { Checkpointing } from '@resnet-ts/tensor-ops';
import { Option } from 'commander';
import type { Command } from 'commander';
import { CONTENDERS_HELP } from '../contenders/choose-contenders.js';
import type { Precision } from '../settings.js';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, modelOption, precisionOption, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface StepFlags extends SharedFlags {
  readonly model: string;
  readonly batch: number;
  readonly precision: Precision;
  readonly checkpointing?: Checkpointing;
  readonly convolution: 'fast' | 'direct';
}

/** Adds `bench step`. */
export function addStepCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('step')
    .description('one training step, data loading included')
    .addOption(modelOption())
    .option('--batch <images>', 'images a step', integer(1, 4096), 128)
    .addOption(precisionOption())
    .addOption(
      new Option('--checkpointing <policy>', 'of ours: what is kept for the backward pass').choices(CHECKPOINTING),
    )
    .addOption(
      new Option('--convolution <kind>', 'of ours: fast uses Winograd where it applies')
        .env('RESNET_CONVOLUTION')
        .choices(['fast', 'direct'])
        .default('fast'),
    );
  addSharedOptions(command, { rounds: 9, turnSeconds: 2, contenders: 'pytorch' })
    .addHelpText(
      'after',
      `${CONTENDERS_HELP}

Examples:
  resnet bench step --model resnet20 --batch 128 --python ~/torch/bin/python
  resnet bench step --model resnet50 --batch 16 --alone --json | jq .imagesPerSecond`,
    )
    .action(async (flags: StepFlags) => {
      const { benchmarkStep } = await import('../levels/step.js');
      const { stepFigures } = await import('../report/step-figures.js');
      const result = await benchmarkStep({ ...runOptions(flags, argv), ...pick(flags) });
      await deliverResult(result, flags, stepFigures(result));
    });
}

const pick = ({ model, batch, precision, checkpointing, convolution }: StepFlags) => ({
  ...{ model, batch, precision, checkpointing, convolution },
});
