import { claimHigher } from '../claims.js';
import type { Experiment } from '../experiment.js';
import { planCifarRuns } from '../planned-run.js';
import { byNetwork } from '../statistics.js';
import { errorTable } from './error-table.js';
import { learningCurves } from './learning-curves.js';

export const figure1: Experiment = {
  name: 'figure-1',
  title: 'Figure 1: a deeper plain network has the higher training error',
  explanation: [
    'Plain networks of 20 and 56 layers on CIFAR-10: if depth were free, the deeper one could copy the shallower one and do no worse. The paper’s recipe of §4.2 for both.',
  ],
  plan: ({ scale, seeds = [1] }) => planCifarRuns(['plain20', 'plain56'], seeds, scale),
  draw: async (results) => {
    const summaries = byNetwork(results);
    return [
      {
        title: 'Curves',
        drawings: [
          await learningCurves('training-error', 'Training error', results, ['training']),
          await learningCurves('test-error', 'Test error', results, ['test']),
        ],
      },
      { title: 'Errors', table: errorTable(results) },
      {
        title: 'What the figure shows',
        claims: [
          claimHigher(summaries, { higher: 'plain56', lower: 'plain20', error: 'training error' }),
          claimHigher(summaries, { higher: 'plain56', lower: 'plain20', error: 'test error' }),
        ],
      },
    ];
  },
};
