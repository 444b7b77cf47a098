import { describeNetwork } from '@resnet-ts/architectures';
import type { Table } from '../document.js';
import { byNetwork, describeErrors, type NetworkSummary } from '../statistics.js';
import type { RunResult } from '../run-result.js';
import { REPORTED_ERRORS } from './reported-errors.js';

/** Test and training error of every network beside what the paper reports, in percent. */
export function errorTable(results: readonly RunResult[]): Table {
  return {
    head: ['network', 'parameters', 'runs', 'training error, %', 'test error, %', 'paper, test error, %'],
    rows: byNetwork(results).map((summary) => [
      summary.network,
      describeNetwork(summary.network).parameters.toLocaleString('en'),
      progressOf(summary, results),
      describeErrors(summary.trainingErrors),
      describeErrors(summary.testErrors),
      REPORTED_ERRORS.find(({ network }) => network === summary.network)?.error ?? '–',
    ]),
  };
}

/** `3`, or `1 of 3, 2,400 of 8,000 steps of the next`. */
function progressOf({ network, finished, planned }: NetworkSummary, results: readonly RunResult[]): string {
  if (finished.length === planned) return String(planned);
  const begun = results.find((run) => run.plan.recipe.network === network && !run.finished && run.stepsDone > 0);
  const next =
    begun === undefined
      ? ''
      : `, ${begun.stepsDone.toLocaleString('en')} of ${begun.stepsPlanned.toLocaleString('en')} steps of the next`;
  return `${finished.length} of ${planned}${next}`;
}
