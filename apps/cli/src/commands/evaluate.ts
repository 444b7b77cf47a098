import { Option, type Command } from 'commander';
import { positiveInteger, positiveIntegers } from '../parse-options.js';
import type { TestViews } from '@resnet-ts/evaluation';
import { PROTOCOL_NAMES, VIEW_NAMES, type ProtocolName } from '../test-images/protocol-names.js';
import { backendOption, jsonOption, testDataOption, threadsOption } from './shared-options.js';

/** Options of `resnet evaluate`, as commander parses them. */
export interface EvaluateOptions {
  readonly data: string;
  /** Absent: as the run's recipe evaluates. */
  readonly protocol?: ProtocolName | TestViews;
  readonly scales?: readonly number[];
  /** Training images, or true for the usual number. */
  readonly reestimateBatchNorm?: number | true;
  readonly onBroken: 'skip' | 'fail';
  readonly report?: string;
  readonly batch: number;
  readonly threads?: number;
  readonly backend: string;
  readonly json?: boolean;
}

/** Adds `resnet evaluate`. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('error of a trained network, or of several together, on test images')
    .argument(
      '<run|checkpoint...>',
      'run folders, whose last checkpoints are taken, or checkpoints; several are averaged',
    )
    .addOption(testDataOption())
    .addOption(
      new Option(
        '--protocol <name>',
        "how images are looked at, of the paper's ways, or views of small images (default: as training evaluates)",
      ).choices([...PROTOCOL_NAMES, ...VIEW_NAMES]),
    )
    .option(
      '--scales <list>',
      "shorter sides of the images in pixels (default: the paper's, in proportion to the network's input)",
      positiveIntegers,
    )
    .option(
      '--reestimate-batch-norm [images]',
      'replace moving averages by true averages over so many training images (default: 10000)',
      positiveInteger,
    )
    .addOption(
      new Option(
        '--on-broken <policy>',
        'what is done with an image that cannot be decoded: left out and named, or an error',
      )
        .choices(['skip', 'fail'])
        .default('skip'),
    )
    .option('--report <file>', 'also write a page: by class, confusion, reliability, the worst mistakes as pictures')
    .option('--batch <n>', 'images at a time; changes speed and memory, not the result', positiveInteger, 250)
    .addOption(threadsOption())
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
center-crop: one view; of a data set in the network's own size, the whole image. ten-crop: corners and middle, mirrored
too. fully-convolutional: whole images, mirrored too, at several sizes. Probabilities are averaged over views and runs.
mirrored: the image and its mirror image; shifted: these and the same moved by a pixel; logits are averaged, of one run
on a data set in the network's own size.

Examples:
  resnet evaluate runs/<run>
  resnet evaluate runs/<run> --report evaluation.html
  resnet evaluate runs/<run> --data imagenet/val --protocol ten-crop
  resnet evaluate runs/<run> --data shards/val-00000.tar --on-broken fail
  resnet evaluate runs/<run> --data photos --protocol fully-convolutional --scales 224,256,384
  resnet evaluate runs/<first> runs/<second>            an ensemble
  resnet evaluate runs/<run> --json | jq .top1Error`,
    )
    .action(async (sources: string[], options: EvaluateOptions) => {
      const { evaluateAction } = await import('../actions/evaluate.js');
      await evaluateAction(sources, options);
    });
}
