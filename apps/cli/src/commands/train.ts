import { Option, type Command } from 'commander';
import { collect, naturalNumber, number, positiveInteger } from '../parse-options.js';
import type { SetExitCode } from '../program.js';
import { backendOption, dataOption, jsonOption, threadsOption, workersOption } from './shared-options.js';

/** Options of `resnet train`, as commander parses them. */
export interface TrainOptions {
  readonly recipe?: string;
  readonly network?: string;
  readonly data: string;
  readonly out: string;
  readonly resume?: string;
  readonly set: readonly string[];
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly ema?: number;
  readonly mixup?: number;
  readonly microBatches?: number;
  readonly dropPath?: number;
  readonly threads?: number;
  readonly workers?: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Adds `resnet train`. */
export function addTrainCommand(program: Command, setExitCode: SetExitCode): void {
  program
    .command('train')
    .description('train a network by a recipe, or go on with a run')
    .option('--recipe <name|file>', 'a named recipe or a JSON file (default: cifar10-quick)')
    .option('--network <name>', 'another network than the recipe names; resnet models lists them')
    .addOption(dataOption())
    .option('--out <dir>', 'folder that gets a new folder for this run', 'runs')
    .addOption(
      new Option('--resume <run>', 'go on with this run from its last checkpoint, bit for bit').conflicts([
        'recipe',
        'network',
        'seed',
        'set',
        'steps',
        'epochs',
        'ema',
        'mixup',
        'microBatches',
        'dropPath',
      ]),
    )
    .option('--set <key=value>', 'change one value of the recipe; may be repeated', collect, [])
    .addOption(new Option('--steps <n>', 'length of the run in steps').argParser(positiveInteger).conflicts('epochs'))
    .option('--epochs <n>', 'length of the run in epochs', positiveInteger)
    .option('--seed <n>', 'decides initial weights, order, crops and flips', naturalNumber)
    .option('--ema <decay>', 'evaluate and keep a moving average of the weights, of which this part stays', number)
    .option('--mixup <alpha>', 'train on mixtures of two images, shares from Beta(alpha, alpha)', number)
    .option(
      '--micro-batches <n>',
      'parts of a batch that are computed one after another, to save memory',
      positiveInteger,
    )
    .option('--drop-path <rate>', 'stochastic depth: how often the last block is left out', number)
    .addOption(threadsOption())
    .addOption(workersOption().default(1))
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Ctrl-C stops after the current step, writes a checkpoint and prints the command that goes on. Twice stops at once.

Examples:
  resnet train                                              cifar10-quick: ResNet-20, 5 epochs
  resnet train --recipe cifar10-paper --network resnet56    the paper's 64,000 iterations
  resnet train --epochs 1 --set schedule.peak=0.1 --seed 7
  resnet train --recipe my-recipe.json --out /data/runs
  resnet train --resume runs/2026-11-24-cifar10-quick`,
    )
    .action(async (options: TrainOptions) => {
      const { trainAction } = await import('../actions/train.js');
      setExitCode(await trainAction(options));
    });
}
