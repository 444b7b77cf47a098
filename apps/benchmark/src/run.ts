import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ArgumentError } from '@resnet-ts/tensor-ops';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { BenchmarkError, exitCodeHelp, exitCodes } from './exit-codes.js';
import type { ExitCode } from './exit-codes.js';
import { saveResult } from './report/save-result.js';
import { formatStepResult } from './report/step-result.js';
import { benchmarkStep } from './step.js';

const DATA = fileURLToPath(new URL('../../../data', import.meta.url));

/** A whole number in a range, or commander's error, which names the option. */
function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

interface StepFlags {
  readonly model: string;
  readonly batch: number;
  readonly threads: number;
  readonly rounds: number;
  readonly turnSeconds: number;
  readonly python: string;
  readonly data: string;
  readonly alone: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly save: boolean;
}

function createProgram(argv: readonly string[]): Command {
  const program = new Command('bench')
    .description('Times this repository against its peers, side by side in one run.')
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  program
    .command('step')
    .description('one training step, data loading included, against PyTorch in float32')
    .option('--model <name>', 'network, such as resnet20, resnet56 or resnet50', 'resnet20')
    .option('--batch <images>', 'images a step', integer(1, 4096), 128)
    .option('--threads <count>', 'threads of each contender', integer(1, 1024), Math.min(2, availableParallelism()))
    .option('--rounds <count>', 'timed turns of each contender', integer(1, 1000), 9)
    .option('--turn-seconds <seconds>', 'length of a turn', integer(1, 600), 2)
    .option('--python <path>', 'Python with PyTorch', process.env['RESNET_PYTHON'] ?? 'python3')
    .option('--data <folder>', 'where CIFAR-10 is', process.env['RESNET_DATA'] ?? DATA)
    .option('--alone', 'without PyTorch', false)
    .option('--force', 'time on a busy machine too', false)
    .option('--json', 'print the result as JSON', false)
    .option('--save', 'keep the JSON under apps/benchmark/results', false)
    .addHelpText('after', '\nExample:\n  pnpm bench step --model resnet20 --batch 128 --python ~/torch/bin/python')
    .action(async (flags: StepFlags) => {
      const result = await benchmarkStep({
        ...flags,
        dataDirectory: flags.data,
        command: `bench ${argv.join(' ')}`,
        onProgress: (line) => console.error(line),
      });
      console.log(flags.json ? JSON.stringify(result, undefined, 2) : formatStepResult(result));
      if (flags.save) console.error(`kept in ${await saveResult(result)}`);
    });
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
    return error instanceof ArgumentError ? exitCodes.usage : exitCodes.failure;
  }
}
