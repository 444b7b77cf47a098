import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAnalyzeCommand } from './commands/analyze.js';
import { addBenchCommand } from './commands/bench.js';
import { addDataCommand } from './commands/data.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEvaluateCommand } from './commands/evaluate.js';
import { addModelsCommand } from './commands/models.js';
import { addPredictCommand } from './commands/predict.js';
import { addReproduceCommand } from './commands/reproduce.js';
import { addSummaryCommand } from './commands/summary.js';
import { addTrainCommand } from './commands/train.js';
import { exitCodeHelp, type ExitCode } from './exit-codes.js';

/** How an action reports an exit status other than 0 that is not an error, such as an interrupted training. */
export type SetExitCode = (code: ExitCode) => void;

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return manifest.version;
}

/**
 * The command line of `resnet`. A command's file holds its options and help; what it does is a file under `actions`,
 * loaded only when it runs, so that `--help` does not wait for TensorFlow.js.
 */
export function createProgram(setExitCode: SetExitCode): Command {
  const program = new Command('resnet')
    .description('Deep residual learning: train, evaluate and inspect residual networks.')
    .version(version())
    .showHelpAfterError('(resnet --help lists commands and options)')
    // What follows a subcommand is its own: `resnet bench --help` is answered by the benchmark.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  resnet data fetch cifar10                     download and check CIFAR-10
  resnet train --recipe cifar10-quick           train ResNet-20 in 5 epochs
  resnet train --resume runs/<run>              go on where a run was stopped
  resnet evaluate runs/<run>                    error on the test images
  resnet predict runs/<run> cat.png dog.jpg     classes of image files
  resnet analyze grad-cam runs/<run> cat.png    where a network looks
  resnet doctor                                 which backends work here, and why not
  resnet reproduce table-6 --scale 1/8          a table of the paper, from runs of your own
  resnet bench step --model resnet20 --alone    how fast a training step is
${exitCodeHelp}`,
    );
  addTrainCommand(program, setExitCode);
  addEvaluateCommand(program);
  addPredictCommand(program);
  addAnalyzeCommand(program);
  addModelsCommand(program);
  addSummaryCommand(program);
  addDataCommand(program);
  addDoctorCommand(program);
  addReproduceCommand(program, setExitCode);
  addBenchCommand(program, setExitCode);
  // A subcommand made with program.command() copies these settings only if they were set before it; all of them were.
  return program;
}
