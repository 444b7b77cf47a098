import type { ProtocolName } from '../../test-images/protocol-names.js';
import type { Experiment } from '../experiment.js';
import { planImagenetRuns } from '../planned-run.js';
import { TABLE_2, TABLE_3, TABLE_4, type ReportedImagenetError } from './imagenet-errors.js';
import { learningCurves } from './learning-curves.js';
import { protocolTable } from './protocol-table.js';

/** What is said of every experiment on images of a folder. */
export const IMAGENET_REMARK =
  'The paper’s recipe of §3.4 for 60·10⁴ iterations of 256 images, on the images of --data in ILSVRC’s layout. The paper’s errors are those of ImageNet’s 50,000 validation images; ours are of the validation images of that folder, and comparable only where it is ImageNet. Parameters are counted for 1000 classes.';

interface TableDefinition {
  readonly number: number;
  readonly title: string;
  readonly explanation: string;
  readonly protocol: ProtocolName;
  readonly reported: readonly ReportedImagenetError[];
}

function imagenetTable({ number, title, explanation, protocol, reported }: TableDefinition): Experiment {
  const networks = reported.map(({ network }) => network);
  return {
    name: `table-${number}`,
    title: `Table ${number}: ${title}`,
    explanation: [explanation, IMAGENET_REMARK],
    plan: ({ scale, seeds = [1] }) => planImagenetRuns(networks, seeds, scale),
    draw: async (results, context) => [
      { title: 'Errors', table: await protocolTable(results, { protocol, reported }, context) },
      {
        title: 'Training',
        paragraphs: ['Dashed: training error; solid: validation error of centre crops.'],
        drawings: [await learningCurves('training', title, results)],
      },
    ],
  };
}

export const table2 = imagenetTable({
  number: 2,
  title: 'plain and residual networks by 10-crop',
  explanation: 'Residual networks have option A: no more parameters than their plain counterparts.',
  protocol: 'ten-crop',
  reported: TABLE_2,
});

export const table3 = imagenetTable({
  number: 3,
  title: 'residual networks by 10-crop',
  explanation:
    'Options A, B and C at 34 layers, and bottlenecks of option B; softmax outputs of ten crops are averaged.',
  protocol: 'ten-crop',
  reported: TABLE_3,
});

export const table4 = imagenetTable({
  number: 4,
  title: 'single models at several scales',
  explanation:
    'Fully convolutional on whole images and their mirror images of shorter side 224, 256, 384, 480 and 640, softmax outputs averaged.',
  protocol: 'fully-convolutional',
  reported: TABLE_4,
});
