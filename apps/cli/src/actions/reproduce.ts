import { join } from 'node:path';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { selectBackend } from '../backend/select-backend.js';
import type { ReproduceOptions } from '../commands/reproduce.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { createOutput } from '../output.js';
import { checkImagesOfRuns } from '../reproduce/check-images.js';
import { estimateTimeLeft } from '../reproduce/estimate-time.js';
import { executeRuns, readRunResults } from '../reproduce/execute-runs.js';
import type { Experiment } from '../reproduce/experiment.js';
import { EXPERIMENTS, findExperiment } from '../reproduce/experiments.js';
import { keepSummaries } from '../reproduce/keep-results.js';
import type { PlannedRun } from '../reproduce/planned-run.js';
import type { RunResult } from '../reproduce/run-result.js';
import { parseScale } from '../reproduce/scale.js';
import { writeExperimentReport } from '../reproduce/write-report.js';
import { formatTable } from '../table.js';
import { trainInFolder } from './train.js';

/** `resnet reproduce`: the runs of an experiment that are still to be made, and its report. */
export async function reproduceAction(name: string | undefined, options: ReproduceOptions): Promise<ExitCode> {
  const output = createOutput(options.json ?? false);
  if (name === undefined) {
    output.result(
      EXPERIMENTS.map((experiment) => ({ name: experiment.name, title: experiment.title })),
      () =>
        formatTable(
          [{ head: 'experiment' }, { head: 'title' }],
          EXPERIMENTS.map((experiment) => [experiment.name, experiment.title]),
        ),
    );
    return exitCodes.ok;
  }
  const experiment = findExperiment(name);
  const scale = parseScale(options.scale);
  const plans = experiment.plan({ scale, seeds: options.seed.length === 0 ? undefined : options.seed });
  const root = join(options.out, `scale-${scale.label.replace('/', '-')}`);
  const runs = join(root, 'runs');
  await checkImagesOfRuns(runs, plans, options.data);
  const status =
    options.report === true
      ? exitCodes.ok
      : await executeRuns({
          root: runs,
          plans: chosenRuns(experiment, plans, options.network),
          note: output.note,
          train: ({ recipe }, runFolder) => trainInFolder(recipe, runFolder, options),
        });
  const results = await readRunResults(runs, plans);
  const context = { data: options.data, note: output.note, selectBackend: () => selectBackend(options, output.note) };
  const drawn = { scale, results, context };
  const report = await writeExperimentReport(join(root, experiment.name), experiment, drawn);
  if (options.keep !== undefined) {
    await writeExperimentReport(options.keep, experiment, drawn);
    await keepSummaries(options.keep, results);
  }
  output.result(summarize(experiment, results, report), () => describe(results, report));
  return status;
}

function chosenRuns(experiment: Experiment, plans: readonly PlannedRun[], networks: readonly string[]): PlannedRun[] {
  const known = new Set(plans.map(({ recipe }) => recipe.network));
  for (const network of networks) {
    if (!known.has(network)) {
      throw new ArgumentError(expected([...known].join(', '), `--network of ${experiment.name}`, network));
    }
  }
  return plans.filter(({ recipe }) => networks.length === 0 || networks.includes(recipe.network));
}

function summarize(experiment: Experiment, results: readonly RunResult[], report: string) {
  return {
    experiment: experiment.name,
    report,
    secondsLeft: estimateTimeLeft(results)?.seconds,
    runs: results.map(({ plan, runFolder, finished, stepsDone, stepsPlanned, testError, trainingError }) => ({
      ...{ run: plan.folder, runFolder, network: plan.recipe.network, seed: plan.recipe.seed },
      ...{ finished, stepsDone, stepsPlanned, testError, trainingError },
    })),
  };
}

function describe(results: readonly RunResult[], report: string): string {
  const finished = results.filter((result) => result.finished).length;
  return `${finished} of ${results.length} runs finished, report ${report}`;
}
