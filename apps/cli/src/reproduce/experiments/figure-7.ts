import { seriesColor } from '@resnet-ts/report';
import type { Claim, Drawing } from '../document.js';
import type { DrawingContext, Experiment } from '../experiment.js';
import { measureResponses } from '../measure-responses.js';
import { planCifarRuns } from '../planned-run.js';
import type { RunResult } from '../run-result.js';
import { byNetwork, mean } from '../statistics.js';

const NETWORKS = ['plain20', 'plain56', 'resnet20', 'resnet56', 'resnet110'];

/** Deviations of the layers of one network, in their order; means over its runs. */
interface NetworkResponses {
  readonly network: string;
  readonly deviations: readonly number[];
}

export const figure7: Experiment = {
  name: 'figure-7',
  title: 'Figure 7: responses of layers',
  explanation: [
    'The standard deviation of each 3 × 3 layer’s output, after batch norm and before ReLU and addition, over all test images of CIFAR-10 (§4.2, “Analysis of layer responses”). The paper draws the curves and prints no number.',
  ],
  plan: ({ scale, seeds = [1] }) => planCifarRuns(NETWORKS, seeds, scale),
  draw: async (results, context) => {
    const responses = await responsesByNetwork(results, context);
    const sorted = responses.map(({ network, deviations }) => ({
      network,
      deviations: [...deviations].sort((a, b) => b - a),
    }));
    return [
      {
        title: 'Curves',
        drawings: [
          await draw('by-layer', 'In the order of the layers', responses),
          await draw('sorted', 'Sorted, the strongest first', sorted),
        ],
      },
      {
        title: 'Means',
        table: {
          head: ['network', 'layers', 'mean of the deviations', 'largest', 'smallest'],
          rows: responses.map(({ network, deviations }) => [
            ...[network, String(deviations.length), mean(deviations).toFixed(3)],
            ...[Math.max(...deviations).toFixed(3), Math.min(...deviations).toFixed(3)],
          ]),
        },
      },
      {
        title: 'What the figure shows',
        claims: [
          claimWeaker(responses, 'resnet20', 'plain20'),
          claimWeaker(responses, 'resnet56', 'plain56'),
          claimWeaker(responses, 'resnet56', 'resnet20'),
          claimWeaker(responses, 'resnet110', 'resnet56'),
        ],
      },
    ];
  },
};

async function responsesByNetwork(
  results: readonly RunResult[],
  context: DrawingContext,
): Promise<readonly NetworkResponses[]> {
  const measured: NetworkResponses[] = [];
  for (const { network, finished } of byNetwork(results)) {
    const runs: (readonly number[])[] = [];
    for (const run of finished) {
      const { layers } = await measureResponses(run, context);
      runs.push(layers.map(({ deviation }) => deviation));
    }
    const [first = []] = runs;
    const deviations = first.map((_, layer) => mean(runs.map((run) => run[layer] ?? Number.NaN)));
    if (deviations.length > 0) measured.push({ network, deviations });
  }
  return measured;
}

async function draw(name: string, caption: string, responses: readonly NetworkResponses[]): Promise<Drawing> {
  const { lineChart } = await import('@resnet-ts/report/charts');
  const series = responses.map(({ network, deviations }) => ({
    ...{ label: network, color: seriesColor(NETWORKS.indexOf(network)), dashed: network.startsWith('plain') },
    points: deviations.map((y, index) => ({ x: index + 1, y })),
  }));
  const axes = { x: { label: 'layer' }, y: { label: 'standard deviation' } };
  return { name, caption, svg: lineChart({ ...axes, series, legend: true, height: 400 }) };
}

/** The claim that a network's layers respond less, in the mean over them. */
function claimWeaker(responses: readonly NetworkResponses[], weaker: string, stronger: string): Claim {
  const [below, above] = [weaker, stronger].map((network) =>
    mean(responses.find((candidate) => candidate.network === network)?.deviations ?? []),
  );
  const known = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);
  const text = (value: number | undefined): string => (known(value) ? value.toFixed(3) : 'not yet known');
  return {
    statement: `the layers of ${weaker} respond less than those of ${stronger}`,
    holds: known(below) && known(above) ? below < above : undefined,
    evidence: `mean deviation ${weaker} ${text(below)}, ${stronger} ${text(above)}`,
  };
}
