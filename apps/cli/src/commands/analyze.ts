import { Option, type Command } from 'commander';
import { collect, positiveInteger } from '../parse-options.js';
import type { AnalyzeBlocksOptions, AnalyzeSetOptions, GradCamCommandOptions } from './analyze-options.js';
import { backendOption, jsonOption, testDataOption, threadsOption } from './shared-options.js';

const RUN = 'a run folder, whose last checkpoint is taken, or one checkpoint';
const IMAGES = 'image files; without them, the first test images';

/** Adds `resnet analyze` and what it can look at. */
export function addAnalyzeCommand(program: Command): void {
  const analyze = program
    .command('analyze')
    .description('what goes on inside trained networks: responses, gradients, feature maps, Grad-CAM, deleted blocks')
    .addHelpText(
      'after',
      `
Every analysis writes a folder: report.html, each drawing as SVG or PNG, and analysis.json; tables go to stdout too.

Examples:
  resnet analyze responses runs/<plain> runs/<residual>     Figure 7
  resnet analyze gradients runs/<run>                       whether gradients vanish
  resnet analyze grad-cam runs/<run> cat.png dog.jpg        where it looks
  resnet analyze features runs/<run> cat.png --block layer1.0
  resnet analyze delete-blocks runs/<run> --examples 2000   which blocks matter`,
    );
  addResponses(analyze);
  addGradients(analyze);
  addFeatures(analyze);
  addGradCam(analyze);
  addDeleteBlocks(analyze);
}

interface Described {
  readonly description: string;
  readonly examples: { readonly usual: number; readonly what: string };
  readonly example: string;
}

/** A subcommand with the options that all of them have. */
function subcommand(parent: Command, usage: string, { description, examples, example }: Described): Command {
  return parent
    .command(usage)
    .description(description)
    .addOption(testDataOption())
    .option('--examples <n>', examples.what, positiveInteger, examples.usual)
    .option('--out <dir>', 'folder of the report and drawings (default: in the folder of the run)')
    .option('--batch <n>', 'images at a time; changes speed and memory', positiveInteger, 100)
    .addOption(threadsOption())
    .addOption(backendOption())
    .addOption(jsonOption())
    .addHelpText('after', `\nExample:\n  ${example}`);
}

const testImages = 'test images to look at, spread evenly over the set';

function addResponses(analyze: Command): void {
  subcommand(analyze, 'responses', {
    description: 'standard deviation of the layers of one or more runs, in order and sorted (Figure 7)',
    examples: { usual: 2000, what: testImages },
    example: 'resnet analyze responses runs/<plain> runs/<residual> --out figure-7',
  })
    .argument('<runs...>', RUN)
    .action(async (sources: string[], options: AnalyzeSetOptions) => {
      const { responsesAction } = await import('../actions/analyze/responses.js');
      await responsesAction(sources, options);
    });
}

function addGradients(analyze: Command): void {
  subcommand(analyze, 'gradients', {
    description: 'norm of the gradient of the loss by every parameter of one or more runs (§4.1)',
    examples: { usual: 1280, what: 'training images to take the mean over, rounded up to whole batches' },
    example: 'resnet analyze gradients runs/<plain> runs/<residual>',
  })
    .argument('<runs...>', RUN)
    .action(async (sources: string[], options: AnalyzeSetOptions) => {
      const { gradientsAction } = await import('../actions/analyze/gradients.js');
      await gradientsAction(sources, options);
    });
}

function addFeatures(analyze: Command): void {
  subcommand(analyze, 'features', {
    description: 'outputs of blocks for single images, every channel as a picture',
    examples: { usual: 4, what: 'how many, where no image is named' },
    example: 'resnet analyze features runs/<run> cat.png --block stem --block layer1.0',
  })
    .alias('feature-maps')
    .argument('<run>', RUN)
    .argument('[images...]', IMAGES)
    .option('--block <name>', 'a block; may be repeated (default: all)', collect, [])
    .action(async (source: string, images: string[], options: AnalyzeBlocksOptions) => {
      const { featuresAction } = await import('../actions/analyze/features.js');
      await featuresAction(source, images, options);
    });
}

function addGradCam(analyze: Command): void {
  subcommand(analyze, 'grad-cam', {
    description: 'where in single images a network sees a class',
    examples: { usual: 8, what: 'how many, where no image is named' },
    example: 'resnet analyze grad-cam runs/<run> cat.png --class cat',
  })
    .alias('gradcam')
    .argument('<run>', RUN)
    .argument('[images...]', IMAGES)
    .option('--block <name>', 'the block whose output is weighed (default: the last)')
    .option('--class <name>', 'a class by name or number (default: the most probable of each image)')
    .addOption(
      new Option('--method <name>', 'how channels are weighed').choices(['grad-cam', 'grad-cam++']).default('grad-cam'),
    )
    .action(async (source: string, images: string[], options: GradCamCommandOptions) => {
      const { gradCamAction } = await import('../actions/analyze/grad-cam.js');
      await gradCamAction(source, images, options);
    });
}

function addDeleteBlocks(analyze: Command): void {
  subcommand(analyze, 'delete-blocks', {
    description: 'the error without each block in turn, nothing trained again',
    examples: { usual: 2000, what: testImages },
    example: 'resnet analyze delete-blocks runs/<run>',
  })
    .argument('<run>', RUN)
    .option('--block <name>', 'a block; may be repeated (default: all but the stem)', collect, [])
    .action(async (source: string, options: AnalyzeBlocksOptions) => {
      const { deleteBlocksAction } = await import('../actions/analyze/delete-blocks.js');
      await deleteBlocksAction(source, options);
    });
}
