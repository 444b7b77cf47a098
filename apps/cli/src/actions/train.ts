import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createNetwork } from '@resnet-ts/architectures';
import { createEvaluationBatches, createTrainingBatches, perPixelMean } from '@resnet-ts/data-pipelines';
import { evaluate } from '@resnet-ts/evaluation';
import { ArgumentError, disposeNamed, expected, type ImageClassifier, type NetworkState } from '@resnet-ts/tensor-ops';
import {
  createRunFolder,
  isRunFolder,
  namedSetData,
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
import { createOutput, type Output } from '../output.js';
import { reportTraining } from '../progress/report-training.js';
import { recipeFromOptions } from '../recipe-from-options.js';
import { readingCheckpoint } from '../run/checkpoint-error.js';
import { writePreprocessing } from '../run/preprocessing.js';
import { resumeCommand } from '../run/resume-command.js';

/** Images at a time while evaluating: changes speed and memory, not the result. */
const evaluationBatchSize = 250;

/** What a training is asked beside its recipe; none of it decides a bit of the result. */
export type SessionOptions = Pick<TrainOptions, 'data' | 'backend' | 'threads' | 'workers'>;

/** Where a run lies, or will once it is known that it can begin. */
interface Place {
  readonly open: () => Promise<string>;
  /** Whether there is something to go on from. */
  readonly resumed: boolean;
}

/** `resnet train`: from a recipe, or on from the last checkpoint of a run. */
export async function trainAction({ resume, ...options }: TrainOptions): Promise<ExitCode> {
  const output = createOutput(options.json ?? false);
  if (resume === undefined) {
    const recipe = await recipeFromOptions(options);
    return run(recipe, { open: () => createRunFolder(options.out, recipe.name), resumed: false }, options, output);
  }
  const runFolder = await readingCheckpoint(() => resolveRunFolder(resume, { root: options.out }));
  const recipe = await readingCheckpoint(() => readRecipe(runFolder));
  return run(recipe, { open: async () => runFolder, resumed: true }, options, output);
}

/**
 * Trains by a recipe in a folder of its own: from its last checkpoint, or from the start where there is none. What came
 * out is a remark here: the result is the caller's.
 */
export async function trainInFolder(recipe: Recipe, runFolder: string, options: SessionOptions): Promise<ExitCode> {
  const { note } = createOutput(false);
  const open = async (): Promise<string> => {
    await mkdir(runFolder, { recursive: true });
    return runFolder;
  };
  const place = { open, resumed: await isRunFolder(runFolder) };
  return run(recipe, place, options, { note, result: (_value, text) => note(text()) });
}

/** What a training works on, before any image is read: every mistake of the recipe shows here. */
async function resolveRecipe(recipe: Recipe, options: SessionOptions) {
  const dataset = await findDataset(recipe.data.set, options.data);
  const { height, width, channels, classNames } = dataset;
  if (classNames.length !== recipe.classes) {
    const remedy = `${dataset.name} has ${classNames.length}: add --set classes=${classNames.length}`;
    throw new ArgumentError(expected(String(classNames.length), 'classes of the recipe', recipe.classes, remedy));
  }
  const network = createNetwork(recipe.network, { classes: recipe.classes, inputShape: [height, width, channels] });
  // The recipe keeps the listed name: an alias such as resnet20-a would not match the network's own.
  return { recipe: { ...recipe, network: network.name }, dataset, network };
}

async function run(wanted: Recipe, place: Place, options: SessionOptions, output: Output): Promise<ExitCode> {
  const { recipe, dataset, network } = await resolveRecipe(wanted, options);
  const backend = await selectBackend(options, output.note);
  const arithmetic = await applyArithmetic(backend, recipe, output.note);
  const { training, held, heldName } = await loadSets(recipe, dataset, options.data);
  const mean = perPixelMean(training);
  const batches = createTrainingBatches(training, {
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    mean,
    augmentation: namedSetData(recipe).augmentation,
    workers: options.workers ?? 0,
  });
  const heldBatches = createEvaluationBatches(held, { batchSize: Math.min(evaluationBatchSize, held.count), mean });
  const runFolder = await place.open();
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
        resume: place.resumed ? 'latest' : undefined,
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
