import type { Command } from 'commander';
import { positiveInteger } from '../parse-options.js';
import { backendOption, dataOption, jsonOption, threadsOption } from './shared-options.js';

/** Options of `resnet evaluate`, as commander parses them. */
export interface EvaluateOptions {
  readonly data: string;
  readonly batch: number;
  readonly threads?: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Adds `resnet evaluate`. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('error of a trained network on the test images of its data set')
    .argument('<run|checkpoint>', 'a run folder, whose last checkpoint is taken, or one checkpoint')
    .addOption(dataOption())
    .option('--batch <n>', 'images at a time; changes speed and memory, not the result', positiveInteger, 250)
    .addOption(threadsOption())
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  resnet evaluate runs/<run>
  resnet evaluate runs/<run> --json | jq .top1Error`,
    )
    .action(async (source: string, options: EvaluateOptions) => {
      const { evaluateAction } = await import('../actions/evaluate.js');
      await evaluateAction(source, options);
    });
}
