import { claimHigher } from '../claims.js';
import type { Experiment } from '../experiment.js';
import { planCifarRuns } from '../planned-run.js';
import type { RunResult } from '../run-result.js';
import { byNetwork } from '../statistics.js';
import { errorTable } from './error-table.js';
import { learningCurves } from './learning-curves.js';

const PLAIN = ['plain20', 'plain32', 'plain44', 'plain56'];
const RESIDUAL = ['resnet20', 'resnet32', 'resnet44', 'resnet56', 'resnet110'];
const DEEPEST = ['resnet110', 'resnet1202'];

export const figure6: Experiment = {
  name: 'figure-6',
  title: 'Figure 6: training on CIFAR-10',
  explanation: [
    'Dashed lines are training error (of augmented images, as they are trained on), solid lines test error. Left plain networks, middle residual networks, right ResNet-110 and ResNet-1202. The paper’s recipe of §4.2.',
    'Plain-110, whose error the paper gives as above 60 % and does not draw, is left out here too.',
  ],
  plan: ({ scale, seeds = [1] }) => planCifarRuns([...new Set([...PLAIN, ...RESIDUAL, ...DEEPEST])], seeds, scale),
  draw: async (results) => {
    const of = (networks: readonly string[]): RunResult[] =>
      results.filter(({ plan }) => networks.includes(plan.recipe.network));
    const summaries = byNetwork(results);
    return [
      {
        title: 'Curves',
        drawings: [
          await learningCurves('plain', 'Plain networks', of(PLAIN)),
          await learningCurves('residual', 'Residual networks', of(RESIDUAL)),
          await learningCurves('deepest', 'ResNet-110 and ResNet-1202', of(DEEPEST)),
        ],
      },
      { title: 'Errors', table: errorTable(results) },
      {
        title: 'What the figure shows',
        claims: [
          ...PLAIN.slice(1).map((higher, index) =>
            claimHigher(summaries, { higher, lower: PLAIN[index] ?? higher, error: 'training error' }),
          ),
          ...RESIDUAL.slice(1).map((lower, index) =>
            claimHigher(summaries, { higher: RESIDUAL[index] ?? lower, lower, error: 'test error' }),
          ),
          claimHigher(summaries, { higher: 'resnet1202', lower: 'resnet110', error: 'test error' }),
        ],
      },
    ];
  },
};
