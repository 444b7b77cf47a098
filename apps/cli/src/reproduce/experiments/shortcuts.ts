import type { Experiment } from '../experiment.js';
import { planCifarRuns } from '../planned-run.js';
import { errorTable } from './error-table.js';
import { learningCurves } from './learning-curves.js';

/** Shortcut options A, B and C by the names of the networks that have them. */
const NETWORKS = ['resnet20', 'resnet20-b', 'resnet20-c'];

export const shortcuts: Experiment = {
  name: 'shortcuts',
  title: 'Identity against projection shortcuts (options A, B, C)',
  explanation: [
    'The paper compares the options on ImageNet with ResNet-34 (Table 3: top-1 error A 25.03, B 24.52, C 24.19 %) and finds the differences small: projections are not essential. Here ResNet-20 on CIFAR-10, where the paper uses A alone; three seeds, since they may differ by more than the options.',
  ],
  plan: ({ scale, seeds = [1, 2, 3] }) => planCifarRuns(NETWORKS, seeds, scale),
  draw: async (results) => [
    { title: 'Errors', table: errorTable(results) },
    { title: 'Curves', drawings: [await learningCurves('curves', 'ResNet-20 with options A, B and C', results)] },
  ],
};
