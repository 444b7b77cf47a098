import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import type { Recipe } from '@resnet-ts/training';

/** By how much every schedule of a reproduction is shortened. */
export interface Scale {
  /** As it stands in titles and in names of folders: `1`, `1/8`. */
  readonly label: string;
  /** In (0, 1]. */
  readonly factor: number;
}

export const FULL_SCALE: Scale = { label: '1', factor: 1 };

/**
 * Reads `--scale`: `1` for the paper's schedule, `1/8` for an eighth of it.
 *
 * @throws ArgumentError for anything but 1 or 1 over a positive integer
 * @example
 * parseScale('1/8').factor; // 0.125
 */
export function parseScale(text: string): Scale {
  const divisor = /^1(?:\/([1-9]\d{0,5}))?$/.exec(text.trim());
  if (divisor === null) {
    throw new ArgumentError(expected('1 or a fraction such as 1/8', '--scale', text));
  }
  const by = Number(divisor[1] ?? 1);
  return by === 1 ? FULL_SCALE : { label: `1/${by}`, factor: 1 / by };
}

/**
 * A recipe with every length of its schedule multiplied by the factor: steps or epochs, boundaries, the patience
 * before a plateau, warm-ups that are counted in steps, and the distance of evaluations. What is not a length stays: rates, decay, batch size, and a warm-up
 * that ends at an error.
 */
export function scaleRecipe(recipe: Recipe, { factor }: Scale): Recipe {
  if (factor === 1) return recipe;
  const scaled = (length: number): number => Math.max(1, Math.round(length * factor));
  return {
    ...recipe,
    length:
      'steps' in recipe.length ? { steps: scaled(recipe.length.steps) } : { epochs: scaled(recipe.length.epochs) },
    schedule: scaleSchedule(recipe.schedule, scaled),
    evaluateEveryEpochs: recipe.evaluateEveryEpochs === 0 ? 0 : scaled(recipe.evaluateEveryEpochs),
    logEverySteps: scaled(recipe.logEverySteps),
    checkpointEverySteps: Math.max(scaled(recipe.checkpointEverySteps), Math.min(250, recipe.checkpointEverySteps)),
  };
}

function scaleSchedule(schedule: Recipe['schedule'], scaled: (length: number) => number): Recipe['schedule'] {
  switch (schedule.kind) {
    case 'triangular':
    case 'one-cycle':
      return schedule;
    case 'cosine':
    case 'poly':
      return schedule.warmup === undefined ? schedule : { ...schedule, warmup: scaleWarmup(schedule.warmup, scaled) };
    case 'step':
    case 'plateau': {
      const { warmup } = schedule;
      return {
        ...schedule,
        ...(schedule.kind === 'step'
          ? { boundaries: schedule.boundaries.map(scaled) }
          : { patience: scaled(schedule.patience) }),
        ...(warmup === undefined || warmup.kind === 'until-error' ? {} : { warmup: scaleWarmup(warmup, scaled) }),
      };
    }
  }
}

function scaleWarmup<W extends { readonly steps: number }>(warmup: W, scaled: (length: number) => number): W {
  return { ...warmup, steps: scaled(warmup.steps) };
}
