import { claimHigher } from '../claims.js';
import type { Experiment } from '../experiment.js';
import { planImagenetRuns } from '../planned-run.js';
import type { RunResult } from '../run-result.js';
import { byNetwork } from '../statistics.js';
import { errorTable } from './error-table.js';
import { TABLE_2 } from './imagenet-errors.js';
import { IMAGENET_REMARK } from './imagenet-tables.js';
import { learningCurves } from './learning-curves.js';
import { protocolTable } from './protocol-table.js';

const PLAIN = ['plain18', 'plain34'];
const RESIDUAL = ['resnet18-a', 'resnet34-a'];

export const figure4: Experiment = {
  name: 'figure-4',
  title: 'Figure 4: training on ImageNet, plain and residual networks of 18 and 34 layers',
  explanation: [
    'Dashed lines are training error (of augmented images, as they are trained on), solid lines validation error of centre crops. Residual networks have option A: no more parameters than their plain counterparts.',
    IMAGENET_REMARK,
  ],
  plan: ({ scale, seeds = [1] }) => planImagenetRuns([...PLAIN, ...RESIDUAL], seeds, scale),
  draw: async (results, context) => {
    const of = (networks: readonly string[]): RunResult[] =>
      results.filter(({ plan }) => networks.includes(plan.recipe.network));
    const summaries = byNetwork(results);
    return [
      {
        title: 'Curves',
        drawings: [
          await learningCurves('plain', 'Plain networks', of(PLAIN)),
          await learningCurves('residual', 'Residual networks', of(RESIDUAL)),
        ],
      },
      { title: 'Errors of single centre crops', table: errorTable(results) },
      {
        title: 'Table 2: 10-crop',
        table: await protocolTable(results, { protocol: 'ten-crop', reported: TABLE_2 }, context),
      },
      {
        title: 'What the figure shows',
        claims: [
          claimHigher(summaries, { higher: 'plain34', lower: 'plain18', error: 'training error' }),
          claimHigher(summaries, { higher: 'plain34', lower: 'plain18', error: 'test error' }),
          claimHigher(summaries, { higher: 'resnet18-a', lower: 'resnet34-a', error: 'training error' }),
          claimHigher(summaries, { higher: 'resnet18-a', lower: 'resnet34-a', error: 'test error' }),
          claimHigher(summaries, { higher: 'plain34', lower: 'resnet34-a', error: 'test error' }),
        ],
      },
    ];
  },
};
