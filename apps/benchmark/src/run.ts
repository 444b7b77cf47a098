import { ArgumentError, DataError } from '@resnet-ts/tensor-ops';
import { Command, CommanderError } from 'commander';
import { addCompareCommand } from './commands/compare-command.js';
import { addDataCommand } from './commands/data-command.js';
import { addEpochCommand } from './commands/epoch-command.js';
import { addInferenceCommand } from './commands/inference-command.js';
import { addKernelsCommand } from './commands/kernels-command.js';
import { addScalingCommand } from './commands/scaling-command.js';
import { addStartupCommand } from './commands/startup-command.js';
import { addStepCommand } from './commands/step-command.js';
import { BenchmarkError, exitCodeHelp, exitCodes } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';

function createProgram(argv: readonly string[]): Command {
  const program = new Command('bench')
    .description('Times this repository against its peers, side by side in one run.')
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  addStepCommand(program, argv);
  addInferenceCommand(program, argv);
  addKernelsCommand(program, argv);
  addDataCommand(program, argv);
  addEpochCommand(program, argv);
  addScalingCommand(program, argv);
  addStartupCommand(program, argv);
  addCompareCommand(program);
  return program;
}

/**
 * Runs `bench` with the arguments after the program's name.
 *
 * @returns the exit status; every error has been reported on stderr by then
 * @example
 * process.exitCode = await run(['step', '--model', 'resnet20', '--json']);
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  try {
    await createProgram(argv).parseAsync(argv, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof BenchmarkError) return error.exitCode;
    return error instanceof ArgumentError || error instanceof DataError ? exitCodes.usage : exitCodes.failure;
  }
}
