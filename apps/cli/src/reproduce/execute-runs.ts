import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import { formatDuration } from '../format.js';
import { estimateTimeLeft } from './estimate-time.js';
import type { PlannedRun } from './planned-run.js';
import { readRunResult, type RunResult } from './run-result.js';

export interface ExecuteRuns {
  /** Folder of the runs. */
  readonly root: string;
  readonly plans: readonly PlannedRun[];
  /** Trains one run to its end, from its last checkpoint where it has one. */
  readonly train: (plan: PlannedRun, runFolder: string) => Promise<ExitCode>;
  readonly note: (line: string) => void;
}

/**
 * Trains every run that is not finished, in order, telling before each how much is left.
 *
 * @returns the exit status of the training that did not end, or success
 */
export async function executeRuns({ root, plans, train, note }: ExecuteRuns): Promise<ExitCode> {
  for (const [index, plan] of plans.entries()) {
    const results = await readRunResults(root, plans);
    const current = results[index];
    if (current === undefined || current.finished) continue;
    note(`Run ${index + 1} of ${plans.length}: ${plan.folder}, ${describeStart(current)}${describeTime(results)}`);
    const status = await train(plan, current.runFolder);
    if (status !== exitCodes.ok) return status;
  }
  return exitCodes.ok;
}

/** What all planned runs have shown so far. */
export function readRunResults(root: string, plans: readonly PlannedRun[]): Promise<RunResult[]> {
  return Promise.all(plans.map((plan) => readRunResult(root, plan)));
}

function describeStart({ stepsDone, stepsPlanned }: RunResult): string {
  return stepsDone === 0 ? `${stepsPlanned} steps` : `on from about step ${stepsDone} of ${stepsPlanned}`;
}

function describeTime(results: readonly RunResult[]): string {
  const left = estimateTimeLeft(results);
  if (left === undefined) return '; how long all will take is known after the first run';
  return `; ${left.estimated ? 'about ' : ''}${formatDuration(left.seconds)} of training left in all`;
}
