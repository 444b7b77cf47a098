import type { Command } from 'commander';
import { jsonOption } from './shared-options.js';

/** Adds `resnet summary`. */
export function addSummaryCommand(program: Command): void {
  program
    .command('summary')
    .description('a network layer by layer: shapes, parameters, multiply-adds for one image')
    .argument('<model>', 'a name that resnet models lists')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  resnet summary resnet20
  resnet summary resnet50-paper --json`,
    )
    .action(async (model: string, options: { json?: boolean }) => {
      const { summaryAction } = await import('../actions/summary.js');
      summaryAction(model, options);
    });
}
