import { ArgumentError, DataError, disposeNamed, expected } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { LoadedCheckpoint } from './checkpoint/read-checkpoint.js';
import { checkGroups } from './optimizer/parameter-groups.js';
import { initialProgress, progressOf } from './progress.js';
import { parseRecipe } from './recipe/parse-recipe.js';
import { arithmeticChanges, checkArithmetic } from './run/arithmetic.js';
import { currentSession, recordSession } from './run/environment.js';
import { fileOperations } from './run/file-operations.js';
import { MetricsWriter, truncateMetrics } from './run/metrics.js';
import type { EvaluationRecord } from './run/metrics-schema.js';
import { openRun } from './run/open-run.js';
import { lockRunFolder } from './run/run-lock.js';
import { writeFailure } from './run/write-failure.js';
import { totalSteps } from './schedule/run-length.js';
import { afterEvaluation } from './schedule/schedule-state.js';
import { scheduleWarnings } from './schedule/schedule-warnings.js';
import { checkInitialValues } from './step/initial-values.js';
import { copyState, disposeState } from './step/average-state.js';
import { disposeTrainingState, initialTrainingState, type TrainingState } from './step/training-state.js';
import type { TrainingResult, TrainOptions } from './train-options.js';
import { TrainingLoop, type LoopStart } from './training-loop.js';

/**
 * Trains a network by a recipe, in a run folder that holds everything about the run (paper §3.4, §4.2). The same
 * recipe and batches give the same bits, stopped and resumed at any step or not.
 *
 * @returns the trained state, which the caller disposes, and the checkpoint that holds it
 * @throws ArgumentError or DataError before the first step for anything that does not fit together; RunLockedError when
 *   another process trains in the folder; NonFiniteError, LeakError as they say. Checkpoints on disk stay as they are.
 *
 * @example
 * const result = await train({
 *   network: createNetwork('resnet20'),
 *   recipe: namedRecipe('cifar10-quick'),
 *   batches: createTrainingBatches(train, { batchSize: 128, seed: 1, mean, augmentation: { pad: 4, flip: true } }),
 *   runFolder: 'runs/cifar10-quick-001',
 *   callbacks: { onStep: ({ step, loss }) => console.log(step, loss) },
 * });
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  checkOptions(options);
  const unlock = await claim(options.runFolder);
  try {
    return await trainLocked(options);
  } finally {
    unlock();
  }
}

async function claim(runFolder: string): Promise<() => void> {
  try {
    await fileOperations.makeFolder(runFolder);
    return lockRunFolder(runFolder);
  } catch (error) {
    throw writeFailure(runFolder, error);
  }
}

async function trainLocked(options: TrainOptions): Promise<TrainingResult> {
  const { runFolder, network, recipe, resume } = options;
  const warn = async (message: string) => options.callbacks?.onWarning?.(message);
  const loaded = await openRun({ runFolder, network, recipe, resume, warn });
  const averaging = recipe.averaging !== undefined;
  const state =
    loaded === undefined
      ? initialTrainingState(network, recipe.seed, { averaging, initialValues: checkInitialValues(options) })
      : loadedState(loaded);
  let loop: TrainingLoop | undefined;
  let metrics: MetricsWriter | undefined;
  try {
    if (loaded === undefined) await warnOfSchedule(options, warn);
    else checkBatches(loaded, options);
    const start = await prepare(options, loaded, warn);
    metrics = start.metrics;
    loop = new TrainingLoop(options, { ...start, state });
    const result = await loop.run();
    const { network: trained, velocities, average } = loop.state;
    disposeNamed(velocities);
    if (average !== undefined) disposeState(trained);
    return result;
  } catch (error) {
    disposeTrainingState(loop?.state ?? state);
    throw error;
  } finally {
    await metrics?.close();
  }
}

/** What is trained and its average, which the checkpoint holds as its model. */
function loadedState({ state, velocities, training }: LoadedCheckpoint): TrainingState {
  if (training === undefined) return { network: state, velocities };
  const average = copyState(state);
  disposeState(state);
  return { network: training, velocities, average };
}

async function warnOfSchedule(
  { recipe, batches }: TrainOptions,
  warn: (message: string) => Promise<void>,
): Promise<void> {
  const steps = totalSteps(recipe.length, batches.batchesPerEpoch);
  for (const message of scheduleWarnings(recipe.schedule, steps)) await warn(message);
}

/** Brings the run folder to where the loop begins. */
async function prepare(
  options: TrainOptions,
  loaded: LoadedCheckpoint | undefined,
  warn: (message: string) => Promise<void>,
): Promise<Omit<LoopStart, 'state'>> {
  const { runFolder, recipe } = options;
  const written = loaded === undefined ? initialProgress(recipe) : progressOf(loaded.position);
  const records = await truncateMetrics(runFolder, written.step);
  // A checkpoint is written before the evaluation of its step, whose result may be known all the same.
  const evaluations = records.filter((record): record is EvaluationRecord => record.kind === 'evaluation');
  const schedule = evaluations.reduce(
    (state, record) => afterEvaluation(recipe.schedule, state, record),
    written.schedule,
  );
  const progress = { ...written, schedule };
  const session = currentSession(progress.step, options.environment ?? {});
  const before = await recordSession(runFolder, session);
  const changes = before === undefined ? [] : arithmeticChanges(before, session);
  if (changes.length > 0) await warn(`resumed on ${changes.join('; ')}: results will differ in the last bits`);
  return {
    progress,
    checkpoint: loaded?.path,
    seconds: records.reduce((seconds, record) => (record.kind === 'step' ? record.seconds : seconds), 0),
    evaluatedSteps: new Set(evaluations.map(({ step }) => step)),
    metrics: await MetricsWriter.open(runFolder),
  };
}

function checkOptions({ network, recipe, batches, maximumSteps, resume, evaluate }: TrainOptions): void {
  parseRecipe(recipe, 'recipe');
  if (network.name !== recipe.network)
    throw new ArgumentError(
      expected(recipe.network, 'network', network.name, 'build the network that the recipe names'),
    );
  if (network.classes !== recipe.classes)
    throw new ArgumentError(expected(String(recipe.classes), 'network.classes', network.classes));
  if (batches.batchSize !== recipe.batchSize)
    throw new ArgumentError(expected(String(recipe.batchSize), 'batches.batchSize', batches.batchSize));
  if (!Number.isInteger(batches.batchesPerEpoch) || batches.batchesPerEpoch < 1) {
    throw new ArgumentError(
      expected(
        'at least one batch an epoch',
        'batches.batchesPerEpoch',
        batches.batchesPerEpoch,
        'use a batch size no larger than the training set',
      ),
    );
  }
  if (maximumSteps !== undefined && !(Number.isInteger(maximumSteps) && maximumSteps >= 0)) {
    throw new ArgumentError(expected('an integer >= 0', 'maximumSteps', maximumSteps));
  }
  if (recipe.schedule.kind === 'plateau' && evaluate === undefined) {
    const remedy = 'the rate of a plateau schedule falls by what it returns';
    throw new ArgumentError(expected('a function', 'evaluate', evaluate, remedy));
  }
  if (resume === '') throw new ArgumentError(expected('"latest" or the path of a checkpoint', 'resume', resume));
  if (tf.getBackend() === '')
    throw new ArgumentError(expected('a TensorFlow.js backend', 'tf.getBackend()', '', 'import one first'));
  checkGroups(network, recipe.optimizer);
  checkArithmetic(recipe);
}

function checkBatches({ path, position }: LoadedCheckpoint, { batches }: TrainOptions): void {
  for (const field of ['batchesPerEpoch', 'examples'] as const) {
    if (position[field] !== batches[field]) {
      throw new DataError(
        path,
        expected(
          String(position[field]),
          `batches.${field}`,
          batches[field],
          'resume with the data the run was started with',
        ),
      );
    }
  }
}
