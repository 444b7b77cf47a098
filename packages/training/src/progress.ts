import type { LogWindow, Position } from './checkpoint/position.js';
import type { Recipe } from './recipe/recipe-schema.js';
import { initialScheduleState, nextScheduleState, type ScheduleState } from './schedule/schedule-state.js';

/** The part of a position that changes from step to step. */
export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  readonly schedule: ScheduleState;
  readonly window: LogWindow;
}

export const EMPTY_WINDOW: LogWindow = { steps: 0, loss: 0, mistakes: 0, examples: 0 };

export function initialProgress(recipe: Recipe): Progress {
  return { step: 0, epoch: 0, batch: 0, schedule: initialScheduleState(recipe.schedule), window: EMPTY_WINDOW };
}

export function progressOf({ step, epoch, batch, schedule, window }: Position): Progress {
  return { step, epoch, batch, schedule, window };
}

/** Progress after one more step. */
export function advance(
  progress: Progress,
  result: { readonly loss: number; readonly mistakes: number; readonly examples: number },
  { recipe, batchesPerEpoch }: { readonly recipe: Recipe; readonly batchesPerEpoch: number },
): Progress {
  const { window } = progress;
  const epochEnds = progress.batch + 1 === batchesPerEpoch;
  return {
    step: progress.step + 1,
    epoch: epochEnds ? progress.epoch + 1 : progress.epoch,
    batch: epochEnds ? 0 : progress.batch + 1,
    schedule: nextScheduleState(recipe.schedule, progress.schedule, result),
    window: {
      steps: window.steps + 1,
      loss: window.loss + result.loss,
      mistakes: window.mistakes + result.mistakes,
      examples: window.examples + result.examples,
    },
  };
}
