import type { Command } from 'commander';
import { jsonOption } from './shared-options.js';

/** Adds `resnet models`. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('the networks, with parameters and multiply-adds for one image')
    .option('--family <name>', 'only one family, such as cifar-resnet or imagenet-resnext')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  resnet models
  resnet models --family imagenet-resnext
  resnet models --json | jq '.[] | select(.parameters < 1e6) | .name'`,
    )
    .action(async (options: { json?: boolean; family?: string }) => {
      const { modelsAction } = await import('../actions/models.js');
      modelsAction(options);
    });
}
