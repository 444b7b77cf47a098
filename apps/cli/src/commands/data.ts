import type { Command } from 'commander';
import { collect } from '../parse-options.js';
import { addImageDataCommands } from './image-data.js';
import { dataOption, jsonOption } from './shared-options.js';

/** Options of the `resnet data` commands, as commander parses them. */
export interface DataOptions {
  readonly data: string;
  readonly mirror?: readonly string[];
  readonly json?: boolean;
}

/** Adds `resnet data fetch|verify|list|check|samples`. */
export function addDataCommand(program: Command): void {
  const data = program.command('data').description('data sets: fetch, verify, list; images: check, samples');
  data
    .command('fetch')
    .description('download a data set, or what is missing of it, and check it against the published sums')
    .argument('<name>', 'a name that resnet data list shows')
    .addOption(dataOption())
    .option('--mirror <url>', 'try this address first; may be repeated', collect, [])
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  resnet data fetch cifar10\n  resnet data fetch cifar100 --data /data')
    .action(async (name: string, options: DataOptions) => {
      const { fetchAction } = await import('../actions/data.js');
      await fetchAction(name, options);
    });
  data
    .command('verify')
    .description('check the files of a data set against the published sums')
    .argument('<name>', 'a name that resnet data list shows')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  resnet data verify cifar10')
    .action(async (name: string, options: DataOptions) => {
      const { verifyAction } = await import('../actions/data.js');
      await verifyAction(name, options);
    });
  data
    .command('list')
    .description('the data sets, and which of them are here')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  resnet data list --json')
    .action(async (options: DataOptions) => {
      const { listAction } = await import('../actions/data.js');
      listAction(options);
    });
  addImageDataCommands(data);
}
