import type { Command } from 'commander';
import { jsonOption, threadsOption } from './shared-options.js';

/** Options of `resnet doctor`, as commander parses them. */
export interface DoctorOptions {
  readonly threads?: number;
  readonly peak: boolean;
  readonly json?: boolean;
}

/** Adds `resnet doctor`. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('which backends work here and why not, threads, instruction set, measured peak, kernels')
    .addOption(threadsOption())
    .option('--no-peak', 'leave out the measurement of peak speed, about a second')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  resnet doctor\n  resnet doctor --json | jq .backends')
    .action(async (options: DoctorOptions) => {
      const { doctorAction } = await import('../actions/doctor.js');
      await doctorAction(options);
    });
}
