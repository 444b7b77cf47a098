import { describeNetwork } from '@resnet-ts/architectures';
import type { ProtocolName } from '../../test-images/protocol-names.js';
import type { Section, Table } from '../document.js';
import type { DrawingContext, Experiment } from '../experiment.js';
import { measureEnsemble, measureErrors, type ProtocolErrors } from '../measure-errors.js';
import { planImagenetRuns } from '../planned-run.js';
import type { RunResult } from '../run-result.js';
import { describeErrors } from '../statistics.js';
import { TABLE_4, TABLE_5, TABLE_5_RIVALS } from './imagenet-errors.js';
import { IMAGENET_REMARK } from './imagenet-tables.js';

const NETWORKS = TABLE_4.map(({ network }) => network);
/** The paper's ensemble has two of it, of networks of different depth. */
const TWICE = 'resnet152-paper';
const PROTOCOL: ProtocolName = 'fully-convolutional';

export const table5: Experiment = {
  name: 'table-5',
  title: 'Table 5: an ensemble at several scales',
  explanation: [
    'The paper combines six models of different depth, two of them of 152 layers, and does not say which the other four are. Here they are those of Table 4: 34 layers with options B and C, 50, 101 and 152 layers, and 152 layers once more from another seed. Each looks at whole images and their mirror images at five scales; softmax outputs are averaged over views, then over models.',
    'With --seed, the first one is that of all five networks, and each further one adds a network of 152 layers.',
    'The paper’s 3.57 % is the error of ImageNet’s test images, whose labels only the server of the challenge knows.',
    IMAGENET_REMARK,
  ],
  plan: ({ scale, seeds = [1, 2] }) => {
    const [first, ...others] = seeds;
    return [
      ...planImagenetRuns(NETWORKS, first === undefined ? [] : [first], scale),
      ...planImagenetRuns([TWICE], others, scale),
    ];
  },
  draw: async (results, context) => {
    const finished = results.filter((result) => result.finished);
    return [await drawEnsemble(finished, results.length, context), await drawMembers(results, context), drawRivals()];
  },
};

async function drawEnsemble(members: readonly RunResult[], planned: number, context: DrawingContext): Promise<Section> {
  const errors = members.length === 0 ? undefined : await measureEnsemble(members, PROTOCOL, context);
  const count = members.length === planned ? String(planned) : `${members.length} of ${planned}`;
  return {
    title: 'Ensemble',
    table: {
      head: ['models', 'top-1 error, %', 'top-5 error, %', 'paper, top-5 (test images)'],
      rows: [[count, ...describe(errors), TABLE_5]],
    },
  };
}

async function drawMembers(results: readonly RunResult[], context: DrawingContext): Promise<Section> {
  const rows: string[][] = [];
  for (const result of results) {
    const { network, seed } = result.plan.recipe;
    const errors = result.finished ? await measureErrors(result, PROTOCOL, context) : undefined;
    const parameters = describeNetwork(network).parameters.toLocaleString('en');
    rows.push([network, String(seed), parameters, ...describe(errors)]);
  }
  const table: Table = { head: ['network', 'seed', 'parameters', 'top-1 error, %', 'top-5 error, %'], rows };
  return { title: 'Its members by themselves', table };
}

const drawRivals = (): Section => ({
  title: 'What it is compared with',
  paragraphs: ['As reported in the paper, not run here.'],
  table: { head: ['method', 'top-5 error, % (test images)'], rows: TABLE_5_RIVALS },
});

function describe(errors: ProtocolErrors | undefined): [top1: string, top5: string] {
  if (errors === undefined) return ['–', '–'];
  return [describeErrors([errors.top1Error]), describeErrors([errors.top5Error])];
}
