import type { Recipe, TrainingCallbacks } from '@resnet-ts/training';
import { formatPercent } from '../format.js';
import { createProgress } from './create-progress.js';
import type { TrainingProgress } from './training-progress.js';

/** Shows a training on stderr through the callbacks of `train`. */
export interface TrainingReporter {
  readonly callbacks: TrainingCallbacks;
  note(line: string): void;
  stop(): void;
}

/** @param options.heldName what evaluations are made on, for people */
export function reportTraining({
  recipe,
  backend,
  heldName,
}: {
  readonly recipe: Recipe;
  readonly backend: string;
  readonly heldName: string;
}): TrainingReporter {
  let progress: TrainingProgress | undefined;
  const note = (line: string) => {
    if (progress === undefined) process.stderr.write(`${line}\n`);
    else progress.note(line);
  };
  return {
    note,
    stop: () => {
      progress?.stop();
      progress = undefined;
    },
    callbacks: {
      onStart: ({ runFolder, step, totalSteps }) => {
        const how = step === 0 ? 'Training' : `Going on from step ${step}:`;
        note(
          `${how} ${recipe.network} on ${recipe.data.set}, ${totalSteps} steps of ${recipe.batchSize} images, backend ${backend}, in ${runFolder}`,
        );
        progress = createProgress({ firstStep: step, totalSteps, logEverySteps: recipe.logEverySteps });
      },
      onStep: (report) => {
        progress?.update(report);
      },
      onEvaluation: ({ epoch, evaluation: { top1Error, examples, loss } }) => {
        const after = `after ${Number(epoch.toFixed(2))} epochs`;
        note(
          `${after}: top-1 error ${formatPercent(top1Error)}, loss ${loss.toFixed(4)} on ${examples} images (${heldName})`,
        );
      },
      onWarning: note,
    },
  };
}
