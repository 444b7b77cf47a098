import type { Command } from 'commander';
import type { SetExitCode } from '../program.js';

/** Adds `resnet bench`. Its options and help are the benchmark program's own. */
export function addBenchCommand(program: Command, setExitCode: SetExitCode): void {
  program
    .command('bench')
    .description('training steps, kernels, inference and more, timed side by side with other frameworks')
    .argument('[arguments...]', 'of the benchmark; resnet bench --help lists them')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (argv: readonly string[]) => {
      const { benchAction } = await import('../actions/bench.js');
      setExitCode(await benchAction(argv));
    });
}
