import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createNetwork } from '@resnet-ts/architectures';
import { createEvaluationBatches, createTrainingBatches, perPixelMean } from '@resnet-ts/data-pipelines';
import { evaluate } from '@resnet-ts/evaluation';
import { ArgumentError, disposeNamed, expected, type ImageClassifier, type NetworkState } from '@resnet-ts/tensor-ops';
import {
  createRunFolder,
  readRecipe,
  resolveRunFolder,
  train,
  writeReport,
  type Recipe,
  type TrainingResult,
} from '@resnet-ts/training';
import { applyArithmetic } from '../backend/apply-arithmetic.js';
import { describeBackend } from '../backend/describe-backend.js';
import { selectBackend } from '../backend/select-backend.js';
import type { TrainOptions } from '../commands/train.js';
import { findDataset } from '../datasets/find-dataset.js';
import { loadSets } from '../datasets/load-sets.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { formatDuration } from '../format.js';
import { listenForInterrupt } from '../interrupt.js';
import { createOutput } from '../output.js';
import { reportTraining } from '../progress/report-training.js';
import { recipeFromOptions } from '../recipe-from-options.js';
import { readingCheckpoint } from '../run/checkpoint-error.js';
import { writePreprocessing } from '../run/preprocessing.js';
import { resumeCommand } from '../run/resume-command.js';

/** Images at a time while evaluating: changes speed and memory, not the result. */
const evaluationBatchSize = 250;

/** What a training is, before any image is read: every mistake on the command line shows here. */
async function resolveRun({ resume, ...options }: TrainOptions) {
  const resumed =
    resume === undefined ? undefined : await readingCheckpoint(() => resolveRunFolder(resume, { root: options.out }));
  const recipe =
    resumed === undefined ? await recipeFromOptions(options) : await readingCheckpoint(() => readRecipe(resumed));
  const dataset = await findDataset(recipe.data.set, options.data);
  const { height, width, channels, classNames } = dataset;
  if (classNames.length !== recipe.classes) {
    const remedy = `${dataset.name} has ${classNames.length}: add --set classes=${classNames.length}`;
    throw new ArgumentError(expected(String(classNames.length), 'classes of the recipe', recipe.classes, remedy));
  }
  const network = createNetwork(recipe.network, { classes: recipe.classes, inputShape: [height, width, channels] });
  // The recipe keeps the listed name: an alias such as resnet20-a would not match the network's own.
  return { resumed, recipe: { ...recipe, network: network.name }, dataset, network };
}

/** `resnet train`: from a recipe, or on from the last checkpoint of a run. */
export async function trainAction(options: TrainOptions): Promise<ExitCode> {
  const output = createOutput(options.json ?? false);
  const { resumed, recipe, dataset, network } = await resolveRun(options);
  const backend = await selectBackend(options, output.note);
  const arithmetic = await applyArithmetic(backend, recipe, output.note);
  const { training, held, heldName } = await loadSets(recipe, dataset, options.data);
  const mean = perPixelMean(training);
  const batches = createTrainingBatches(training, {
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    mean,
    augmentation: recipe.data.augmentation,
    workers: options.workers ?? 0,
  });
  const heldBatches = createEvaluationBatches(held, { batchSize: Math.min(evaluationBatchSize, held.count), mean });
  const runFolder = resumed ?? (await createRunFolder(options.out, recipe.name));
  await writePreprocessing(runFolder, { shape: network.inputShape, mean, classNames: dataset.classNames });

  const reporter = reportTraining({ recipe, backend, heldName });
  const interrupt = listenForInterrupt((name) => {
    reporter.note(`${name}: stopping after this step with a checkpoint; once more to quit at once`);
  });
  const evaluateHeld = async (state: NetworkState) => ({
    ...(await evaluate({
      ...{ network, state, batches: heldBatches.epoch(0), classes: dataset.classNames, signal: interrupt.signal },
      // A turn of the event loop for each batch, so that Ctrl-C is heard while evaluating too.
      onBatch: () => setImmediate(),
    })),
    set: heldName,
  });
  try {
    const environment = { ...(await describeBackend(backend)), ...arithmetic };
    const { callbacks } = reporter;
    const result = await readingCheckpoint(() =>
      train({
        ...{ network, recipe, batches, runFolder, environment, callbacks },
        resume: resumed === undefined ? undefined : 'latest',
        signal: interrupt.signal,
        evaluate: evaluateHeld,
      }),
    );
    reporter.stop();
    disposeNamed(result.state.parameters);
    disposeNamed(result.state.buffers);
    await writeReport(runFolder);
    output.result(summarize(result, { runFolder, backend, recipe, network }), () => describeResult(result, runFolder));
    if (result.stopped === 'finished') return exitCodes.ok;
    output.note(`To go on: ${resumeCommand(runFolder, options)}`);
    return interrupt.exitCode() ?? exitCodes.interrupted;
  } finally {
    reporter.stop();
    interrupt.close();
    await batches.close();
  }
}

const reportPath = (runFolder: string): string => join(runFolder, 'report.html');

function summarize(
  { stopped, step, totalSteps, seconds, imagesPerSecond, checkpoint, evaluation }: TrainingResult,
  run: {
    readonly runFolder: string;
    readonly backend: string;
    readonly recipe: Recipe;
    readonly network: ImageClassifier;
  },
) {
  return {
    ...{ stopped, runFolder: run.runFolder, report: reportPath(run.runFolder), checkpoint },
    ...{ network: run.network.name, recipe: run.recipe.name, backend: run.backend },
    ...{ step, totalSteps, seconds, imagesPerSecond, evaluation },
  };
}

function describeResult({ stopped, step, totalSteps, seconds, checkpoint }: TrainingResult, runFolder: string): string {
  return stopped === 'finished'
    ? `${step} steps in ${formatDuration(seconds)} of training, report ${reportPath(runFolder)}`
    : `stopped after step ${step} of ${totalSteps}, checkpoint ${checkpoint}`;
}
