import { describeNetwork } from '@resnet-ts/architectures';
import type { RunResult } from './run-result.js';

/** Seconds of training that are left. */
export interface TimeLeft {
  readonly seconds: number;
  /** Runs of networks without a measured step: taken as long as their multiply-adds in the pace of the others. */
  readonly estimated: boolean;
}

/**
 * How long the runs that are not finished will still train, from the pace of what has been trained: a network's own
 * where it has trained, else the multiply-adds a second of all.
 *
 * @returns undefined before the first logged step
 */
export function estimateTimeLeft(results: readonly RunResult[]): TimeLeft | undefined {
  const trained = results.filter(({ stepsDone, seconds }) => stepsDone > 0 && seconds > 0);
  if (trained.length === 0) return undefined;
  const rate = (of: readonly RunResult[]) => sum(of.map(workDone)) / sum(of.map(({ seconds }) => seconds));
  let seconds = 0;
  let estimated = false;
  for (const result of results) {
    if (result.finished) continue;
    const own = trained.filter(({ plan }) => plan.recipe.network === result.plan.recipe.network);
    estimated ||= own.length === 0;
    seconds += ((result.stepsPlanned - result.stepsDone) * stepWork(result)) / rate(own.length === 0 ? trained : own);
  }
  return { seconds, estimated };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const workDone = (result: RunResult): number => result.stepsDone * stepWork(result);

/** Multiply-adds of a forward pass over one batch: the rest of a step is proportional to it. */
function stepWork({ plan: { recipe } }: RunResult): number {
  return recipe.batchSize * describeNetwork(recipe.network).multiplyAdds;
}
