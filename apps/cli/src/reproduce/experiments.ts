import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import type { Experiment } from './experiment.js';
import { figure1 } from './experiments/figure-1.js';
import { figure4 } from './experiments/figure-4.js';
import { figure6 } from './experiments/figure-6.js';
import { figure7 } from './experiments/figure-7.js';
import { table2, table3, table4 } from './experiments/imagenet-tables.js';
import { plainAndResidual } from './experiments/plain-and-residual.js';
import { shortcuts } from './experiments/shortcuts.js';
import { table5 } from './experiments/table-5.js';
import { table6 } from './experiments/table-6.js';

/** Every experiment that can be reproduced, in the order of the paper. */
export const EXPERIMENTS: readonly Experiment[] = [
  ...[figure1, figure4, table2, table3, table4, table5, shortcuts],
  ...[plainAndResidual, table6, figure6, figure7],
];

/**
 * The experiment of that name; `Table 6`, `fig7` and `figure-7` are understood alike.
 *
 * @throws ArgumentError with the nearest name
 */
export function findExperiment(name: string): Experiment {
  const wanted = name
    .toLowerCase()
    .trim()
    .replace(/^fig(?:ure|\.)?[\s-]*(?=\d)/, 'figure-')
    .replace(/^table[\s-]*(?=\d)/, 'table-')
    .replace(/\s+/g, '-');
  const found = EXPERIMENTS.find((experiment) => experiment.name === wanted);
  if (found !== undefined) return found;
  const names = EXPERIMENTS.map((experiment) => experiment.name);
  const nearest = nearestName(wanted, names);
  const remedy = nearest === undefined ? `there are ${names.join(', ')}` : `did you mean "${nearest}"?`;
  throw new ArgumentError(expected('a table or figure of the paper', 'experiment', name, remedy));
}
