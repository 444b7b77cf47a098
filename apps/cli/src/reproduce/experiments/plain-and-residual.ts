import { claimHigher } from '../claims.js';
import type { Experiment } from '../experiment.js';
import { planCifarRuns } from '../planned-run.js';
import { byNetwork } from '../statistics.js';
import { errorTable } from './error-table.js';
import { learningCurves } from './learning-curves.js';

const NETWORKS = ['plain20', 'plain56', 'resnet20', 'resnet56'];

export const plainAndResidual: Experiment = {
  name: 'plain-and-residual',
  title: 'Plain against residual networks, 20 and 56 layers',
  explanation: [
    'The argument of §4.1 and §4.2 in four networks: without shortcuts more layers train worse, with them they train better. Three seeds, for the differences are a few tenths of a point.',
  ],
  plan: ({ scale, seeds = [1, 2, 3] }) => planCifarRuns(NETWORKS, seeds, scale),
  draw: async (results) => {
    const summaries = byNetwork(results);
    return [
      {
        title: 'Curves',
        paragraphs: ['Means over the seeds. Dashed: training error; solid: test error.'],
        drawings: [await learningCurves('curves', 'Plain and residual networks', results)],
      },
      { title: 'Errors', table: errorTable(results) },
      {
        title: 'What the paper says of them',
        claims: [
          claimHigher(summaries, { higher: 'plain56', lower: 'plain20', error: 'training error' }),
          claimHigher(summaries, { higher: 'resnet20', lower: 'resnet56', error: 'test error' }),
          claimHigher(summaries, { higher: 'plain20', lower: 'resnet20', error: 'test error' }),
          claimHigher(summaries, { higher: 'plain56', lower: 'resnet56', error: 'test error' }),
        ],
      },
    ];
  },
};
