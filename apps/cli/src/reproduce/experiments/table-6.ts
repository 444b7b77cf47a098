import type { Experiment } from '../experiment.js';
import { planCifarRun } from '../planned-run.js';
import { errorTable } from './error-table.js';
import { learningCurves } from './learning-curves.js';
import { REPORTED_ERRORS, RIVALS } from './reported-errors.js';

/** Runs of the paper: one of each network, five of ResNet-110. */
const PAPER_SEEDS = (network: string): readonly number[] => (network === 'resnet110' ? [1, 2, 3, 4, 5] : [1]);

export const table6: Experiment = {
  name: 'table-6',
  title: 'Table 6: test error on CIFAR-10',
  explanation: [
    'Networks of 6n + 2 layers with option A shortcuts, 64,000 iterations of 128 images, the rate divided by 10 at 32,000 and 48,000; 110 layers and more begin at a rate of 0.01 until the training error is below 80 % (§4.2).',
    'All 50,000 training images; the error is the last checkpoint’s in the single 32 × 32 view, never the best one seen. Several runs of a network read: best (mean ± standard deviation), as in the paper.',
  ],
  plan: ({ scale, seeds }) =>
    REPORTED_ERRORS.flatMap(({ network }) =>
      (seeds ?? PAPER_SEEDS(network)).map((seed) => planCifarRun(network, seed, scale)),
    ),
  draw: async (results) => [
    { title: 'Residual networks', table: errorTable(results) },
    {
      title: 'What they are compared with',
      paragraphs: ['As reported in the paper, not run here.'],
      table: {
        head: ['method', 'parameters', 'test error, %'],
        rows: RIVALS.map(({ method, parameters, error }) => [method, parameters, error]),
      },
    },
    { title: 'Training', drawings: [await learningCurves('training', 'ResNets on CIFAR-10', results)] },
  ],
};
