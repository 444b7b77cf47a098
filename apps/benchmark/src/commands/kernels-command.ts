import { Option } from 'commander';
import type { Command } from 'commander';
import { KERNEL_OPERATIONS } from '../kernels/kernel-case.js';
import type { KernelOperation } from '../kernels/kernel-case.js';
import { deliverResult } from './deliver-result.js';
import { addSharedOptions, integer, list, runOptions } from './shared-options.js';
import type { SharedFlags } from './shared-options.js';

interface KernelsFlags extends SharedFlags {
  readonly models: readonly string[];
  readonly batch?: number;
  readonly operations?: readonly KernelOperation[];
}

/** Adds `bench kernels`. */
export function addKernelsCommand(program: Command, argv: readonly string[]): void {
  const command = program
    .command('kernels')
    .description(
      'every distinct convolution, batch norm and pooling of some networks, against the limits of the machine',
    )
    .option('--models <names>', 'networks, separated by commas', list(), ['resnet20', 'resnet18', 'resnet50'])
    .option(
      '--batch <images>',
      'images a call (default: 128 for CIFAR, 32 for 18 and 34 layers, 16 for more)',
      integer(1, 4096),
    )
    .addOption(
      new Option('--operations <names>', `some of ${KERNEL_OPERATIONS.join(', ')}`).argParser(list(KERNEL_OPERATIONS)),
    );
  addSharedOptions(command, { rounds: 5, turnSeconds: 0.1, contenders: 'none' })
    .addHelpText(
      'after',
      `
Examples:
  resnet bench kernels --models resnet20 --operations forward,filter-gradient
  resnet bench kernels --contenders pytorch --python ~/torch/bin/python --html kernels.html`,
    )
    .action(async (flags: KernelsFlags) => {
      const { benchmarkKernels } = await import('../levels/kernels.js');
      const { models, batch, operations } = flags;
      const chosen = { ...(batch === undefined ? {} : { batch }), ...(operations === undefined ? {} : { operations }) };
      await deliverResult(await benchmarkKernels({ ...runOptions(flags, argv), models, ...chosen }), flags);
    });
}
