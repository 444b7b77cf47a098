import type { Command } from 'commander';
import { collect, naturalNumber } from '../parse-options.js';
import type { SetExitCode } from '../program.js';
import { backendOption, imagesOption, jsonOption, threadsOption, workersOption } from './shared-options.js';

/** Options of `resnet reproduce`, as commander parses them. */
export interface ReproduceOptions {
  readonly scale: string;
  readonly out: string;
  readonly data: string;
  readonly network: readonly string[];
  readonly seed: readonly number[];
  readonly report?: boolean;
  readonly keep?: string;
  readonly threads?: number;
  readonly workers?: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Adds `resnet reproduce`. */
export function addReproduceCommand(program: Command, setExitCode: SetExitCode): void {
  program
    .command('reproduce')
    .description("a table or figure of the paper, from runs of one's own; without a name, the list of them")
    .argument('[experiment]', 'such as table-6 or figure-1')
    .option('--scale <fraction>', "length of every schedule in the paper's: 1/8 fits a laptop", '1')
    .option('--out <dir>', 'folder of the runs and reports, shared by all experiments', 'runs/reproduce')
    .addOption(imagesOption())
    .option('--network <name>', 'train this network of the experiment alone; may be repeated', collect, [])
    .option(
      '--seed <n>',
      "a seed in place of the experiment's own; may be repeated",
      (text: string, seeds: readonly number[]) => [...seeds, naturalNumber(text)],
      [],
    )
    .option('--report', 'draw what there is, train nothing', false)
    .option('--keep <dir>', 'also copy the report and the summaries of the runs, without weights, into this folder')
    .addOption(threadsOption())
    .addOption(workersOption().default(1))
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
CIFAR's experiments take data sets of --data; figure-4 and tables 2 to 5 take train and val of --data, a folder a class.
Runs go on where they were stopped, and finished ones are not run again, whichever experiment made them.
Ctrl-C stops after the current step with a checkpoint; the same command goes on.

Examples:
  resnet reproduce                                  what can be reproduced
  resnet reproduce table-6                          as the paper ran it: days on a laptop
  resnet reproduce table-6 --network resnet20       one row of it: two and a half hours on two cores
  resnet reproduce plain-and-residual --scale 1/8
  resnet reproduce figure-4 --data imagenet --scale 1/64 --out runs/imagenet
  resnet reproduce figure-6 --scale 1/8 --report    what there is so far`,
    )
    .action(async (experiment: string | undefined, options: ReproduceOptions) => {
      const { reproduceAction } = await import('../actions/reproduce.js');
      setExitCode(await reproduceAction(experiment, options));
    });
}
