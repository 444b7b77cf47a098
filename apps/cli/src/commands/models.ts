import type { Command } from 'commander';
import { jsonOption } from './shared-options.js';

/** Adds `resnet models`. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('the networks, with parameters and multiply-adds for one image')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  resnet models
  resnet models --json | jq '.[] | select(.parameters < 1e6) | .name'`,
    )
    .action(async (options: { json?: boolean }) => {
      const { modelsAction } = await import('../actions/models.js');
      modelsAction(options);
    });
}
