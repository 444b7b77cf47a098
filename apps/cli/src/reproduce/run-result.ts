import {
  isImageFolder,
  isRunFolder,
  readEvaluation,
  readMetrics,
  readRecipe,
  recipeDifferences,
  type EvaluationRecord,
  type Recipe,
  type StepRecord,
} from '@resnet-ts/training';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { join } from 'node:path';
import type { PlannedRun } from './planned-run.js';

/** A point of a curve: steps done, and a fraction. */
export interface CurvePoint {
  readonly step: number;
  readonly error: number;
}

/** What a run has shown so far; read from its folder alone. */
export interface RunResult {
  readonly plan: PlannedRun;
  readonly runFolder: string;
  readonly stepsDone: number;
  readonly stepsPlanned: number;
  readonly finished: boolean;
  /** Of augmented training images, a mean over the steps between two lines of the log. */
  readonly trainingCurve: readonly CurvePoint[];
  /** Of test images, in the single view. */
  readonly testCurve: readonly CurvePoint[];
  /** The last evaluation's, never the best one's. */
  readonly testError: number | undefined;
  /** A mean over the last twentieth of the run: one batch of 128 images swings by some points. */
  readonly trainingError: number | undefined;
  /** In training, seconds. */
  readonly seconds: number;
}

/** Steps of a planned run; the recipes of reproductions are counted in steps. */
export function plannedSteps({ length }: Recipe): number {
  if ('steps' in length) return length.steps;
  throw new TypeError('the recipe of a reproduction is counted in steps');
}

/**
 * What a planned run has shown so far; a run that has not begun has shown nothing.
 *
 * @param root the folder of the scale
 * @throws DataError where the folder holds a run of another recipe, or a damaged file
 */
export async function readRunResult(root: string, plan: PlannedRun): Promise<RunResult> {
  const runFolder = join(root, plan.folder);
  const stepsPlanned = plannedSteps(plan.recipe);
  if (!(await isRunFolder(runFolder))) return nothingYet(plan, runFolder, stepsPlanned);
  await checkSameRecipe(runFolder, plan.recipe);
  const evaluation = await readEvaluation(runFolder);
  const metrics = await readMetrics(runFolder);
  const steps = metrics.filter((record): record is StepRecord => record.kind === 'step');
  const stepsDone = steps.at(-1)?.step ?? 0;
  return {
    ...{ plan, runFolder, stepsPlanned, stepsDone },
    finished: evaluation?.step === stepsPlanned,
    trainingCurve: steps.flatMap(({ step, error }) => (error === null ? [] : [{ step, error }])),
    testCurve: metrics
      .filter((record): record is EvaluationRecord => record.kind === 'evaluation')
      .flatMap(({ step, top1Error }) => (top1Error === null ? [] : [{ step, error: top1Error }])),
    testError: evaluation?.top1Error,
    trainingError: meanOfLast(steps, stepsDone),
    seconds: steps.at(-1)?.seconds ?? 0,
  };
}

function nothingYet(plan: PlannedRun, runFolder: string, stepsPlanned: number): RunResult {
  return {
    ...{ plan, runFolder, stepsPlanned, stepsDone: 0, finished: false, seconds: 0 },
    ...{ trainingCurve: [], testCurve: [], testError: undefined, trainingError: undefined },
  };
}

async function checkSameRecipe(runFolder: string, planned: Recipe): Promise<void> {
  // Images in a folder bring their own number of classes.
  const follows = (field: string): boolean => isImageFolder(planned.data) && field === 'classes';
  const differences = recipeDifferences(planned, await readRecipe(runFolder));
  const first = differences.find(({ field }) => !follows(field));
  if (first === undefined) return;
  const remedy = 'the run was made by another version of the experiment: use another --out, or move it away';
  throw new DataError(
    runFolder,
    expected(JSON.stringify(first.expected) ?? 'nothing', `${first.field} of the recipe`, first.received, remedy),
  );
}

function meanOfLast(steps: readonly StepRecord[], stepsDone: number): number | undefined {
  const errors = steps
    .filter(({ step }) => step > stepsDone * 0.95)
    .flatMap(({ error }) => (error === null ? [] : [error]));
  return errors.length === 0 ? undefined : errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
