import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createNetwork } from '@resnet-ts/architectures';
import { evaluate } from '@resnet-ts/evaluation';
import { disposeNamed, type ImageClassifier, type NetworkState } from '@resnet-ts/tensor-ops';
import {
  createRunFolder,
  isRunFolder,
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
import { reportBrokenImages } from '../datasets/broken-images.js';
import { DataFaults } from '../datasets/data-faults.js';
import { findTrainingData } from '../datasets/training-data.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { formatDuration } from '../format.js';
import { listenForInterrupt } from '../interrupt.js';
import { createOutput, type Output } from '../output.js';
import { reportTraining } from '../progress/report-training.js';
import { recipeFromOptions } from '../recipe-from-options.js';
import { readingCheckpoint } from '../run/checkpoint-error.js';
import { writePreprocessing } from '../run/preprocessing.js';
import { resumeCommand } from '../run/resume-command.js';
import { recipeViews } from '../test-images/recipe-views.js';

/** What a training is asked beside its recipe; none of it decides a bit of the result. */
export type SessionOptions = Pick<TrainOptions, 'data' | 'backend' | 'threads' | 'workers'>;

/** Where a run lies, or will once it is known that it can begin. */
interface Place {
  readonly open: () => Promise<string>;
  /** The folder of the run to go on with, if there is one. */
  readonly resumed: string | undefined;
}

/** `resnet train`: from a recipe, or on from the last checkpoint of a run. */
export async function trainAction({ resume, ...options }: TrainOptions): Promise<ExitCode> {
  const output = createOutput(options.json ?? false);
  if (resume === undefined) {
    const recipe = await recipeFromOptions(options);
    return run(recipe, { open: () => createRunFolder(options.out, recipe.name), resumed: undefined }, options, output);
  }
  const runFolder = await readingCheckpoint(() => resolveRunFolder(resume, { root: options.out }));
  const recipe = await readingCheckpoint(() => readRecipe(runFolder));
  return run(recipe, { open: async () => runFolder, resumed: runFolder }, options, output);
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
  const place = { open, resumed: (await isRunFolder(runFolder)) ? runFolder : undefined };
  return run(recipe, place, options, { note, result: (_value, text) => note(text()) });
}

/** What a training works on, before any image is read: every mistake of the recipe shows here. */
async function resolveRecipe(wanted: Recipe, place: Place, { data }: SessionOptions, { note }: Output) {
  const found = await findTrainingData(wanted, { data, runFolder: place.resumed, note });
  const { recipe, inputShape } = found;
  const { classes, dropPath } = recipe;
  const network = createNetwork(recipe.network, {
    ...{ classes, inputShape, ...(dropPath === undefined ? {} : { dropPath }) },
  });
  // The recipe keeps the listed name: an alias such as resnet20-a would not match the network's own.
  return { recipe: { ...recipe, network: network.name }, found, network };
}

async function run(wanted: Recipe, place: Place, options: SessionOptions, output: Output): Promise<ExitCode> {
  const { recipe, found, network } = await resolveRecipe(wanted, place, options, output);
  const backend = await selectBackend(options, output.note);
  const arithmetic = await applyArithmetic(backend, recipe, output.note);
  const { training, held, heldName, preprocessing, initialValues, broken } = await found.open({
    workers: options.workers ?? 0,
  });
  const faults = new DataFaults();
  const runFolder = await place.open();
  await writePreprocessing(runFolder, preprocessing);

  const views = recipeViews(recipe);
  const judgedOn = views === undefined ? heldName : `${heldName}, ${views} views`;
  const reporter = reportTraining({ recipe, backend, heldName: judgedOn });
  const interrupt = listenForInterrupt((name) => {
    reporter.note(`${name}: stopping after this step with a checkpoint; once more to quit at once`);
  });
  const evaluateHeld = async (state: NetworkState) => ({
    ...(await evaluate({
      ...{
        network,
        state,
        batches: faults.watch(held).epoch(0),
        classes: preprocessing.classNames,
        views,
        signal: interrupt.signal,
      },
      // A turn of the event loop for each batch, so that Ctrl-C is heard while evaluating too.
      onBatch: () => setImmediate(),
    })),
    set: judgedOn,
  });
  try {
    const environment = { ...(await describeBackend(backend)), ...arithmetic };
    const { callbacks } = reporter;
    const result = await readingCheckpoint(
      () =>
        train({
          ...{ network, recipe, batches: faults.watch(training), runFolder, environment, callbacks },
          initialValues: initialValues?.(network),
          resume: place.resumed === undefined ? undefined : 'latest',
          signal: interrupt.signal,
          evaluate: evaluateHeld,
        }),
      { except: (error) => faults.has(error) },
    );
    reporter.stop();
    await reportBrokenImages(broken(), { runFolder, note: output.note });
    disposeNamed(result.state.parameters);
    disposeNamed(result.state.buffers);
    await writeReport(runFolder);
    output.result(summarize(result, { runFolder, backend, recipe, network, broken: broken().length }), () =>
      describeResult(result, runFolder),
    );
    if (result.stopped === 'finished') return exitCodes.ok;
    output.note(`To go on: ${resumeCommand(runFolder, options)}`);
    return interrupt.exitCode() ?? exitCodes.interrupted;
  } finally {
    reporter.stop();
    interrupt.close();
    await Promise.all([training.close(), held.close()]);
  }
}

const reportPath = (runFolder: string): string => join(runFolder, 'report.html');

function summarize(
  { stopped, step, totalSteps, seconds, imagesPerSecond, waiting, checkpoint, evaluation }: TrainingResult,
  run: {
    readonly runFolder: string;
    readonly backend: string;
    readonly recipe: Recipe;
    readonly network: ImageClassifier;
    readonly broken: number;
  },
) {
  return {
    ...{ stopped, runFolder: run.runFolder, report: reportPath(run.runFolder), checkpoint },
    ...{ network: run.network.name, recipe: run.recipe.name, backend: run.backend },
    ...{ step, totalSteps, seconds, imagesPerSecond, waiting, evaluation },
    ...(run.broken === 0 ? {} : { brokenImages: run.broken }),
  };
}

function describeResult({ stopped, step, totalSteps, seconds, checkpoint }: TrainingResult, runFolder: string): string {
  return stopped === 'finished'
    ? `${step} steps in ${formatDuration(seconds)} of training, report ${reportPath(runFolder)}`
    : `stopped after step ${step} of ${totalSteps}, checkpoint ${checkpoint}`;
}
