import type { Averaging } from './averaging-schema.js';
import { describeData } from './describe-data.js';
import { describeErasing, describeMixing } from './describe-mixing.js';
import { describeOptimizer } from './describe-optimizer.js';
import { describeSchedule } from './describe-schedule.js';
import type { Initialization } from './initialization-schema.js';
import type { Recipe } from './recipe-schema.js';

/** One line of a recipe for people. */
export interface RecipeLine {
  readonly label: string;
  readonly value: string;
}

/**
 * A recipe in words, one line for each thing that decides the outcome, the decaying parameters included.
 *
 * @example
 * for (const { label, value } of describeRecipe(namedRecipe('cifar10-paper'))) console.log(`${label}: ${value}`);
 */
export function describeRecipe(recipe: Recipe): RecipeLine[] {
  return [
    { label: 'recipe', value: recipe.name },
    { label: 'network', value: `${recipe.network}, ${recipe.classes} classes` },
    ...describeData(recipe.data),
    { label: 'batch size', value: String(recipe.batchSize) },
    {
      label: 'length',
      value: 'steps' in recipe.length ? `${recipe.length.steps} steps` : `${recipe.length.epochs} epochs`,
    },
    { label: 'learning rate', value: describeSchedule(recipe.schedule) },
    ...describeOptimizer(recipe.optimizer),
    ...(recipe.initialization === undefined
      ? []
      : [{ label: 'first filter', value: describeInitialization(recipe.initialization) }]),
    ...(recipe.averaging === undefined ? [] : [{ label: 'averaging', value: describeAveraging(recipe.averaging) }]),
    ...(recipe.dropPath === undefined
      ? []
      : [{ label: 'stochastic depth', value: `up to ${recipe.dropPath} at the last block` }]),
    ...(recipe.erasing === undefined ? [] : [{ label: 'erasing', value: describeErasing(recipe.erasing) }]),
    ...(recipe.mixing === undefined ? [] : [{ label: 'mixing', value: describeMixing(recipe.mixing) }]),
    { label: 'label smoothing', value: String(recipe.labelSmoothing) },
    { label: 'precision', value: recipe.precision },
    { label: 'convolution', value: recipe.convolution },
    ...(recipe.checkpointing === undefined ? [] : [{ label: 'checkpointing', value: recipe.checkpointing }]),
    { label: 'seed', value: String(recipe.seed) },
  ];
}

function describeInitialization({ filter, images }: Initialization): string {
  return `${filter} begins as the whitened principal components of patches of ${images} training images`;
}

function describeAveraging(averaging: Averaging): string {
  const { kind, decay, everySteps } = averaging;
  const every = everySteps === 1 ? 'every step' : `every ${everySteps} steps`;
  if (kind === 'lookahead') {
    const share = `keeping ${decay} · (steps done / all steps)^${averaging.growth} ${every}`;
    return `lookahead: moving average of weights and running statistics, ${share}; training goes on from it`;
  }
  const { warmup } = averaging;
  const first = warmup ? ', less of it at first' : '';
  return `moving average of weights and running statistics, keeping ${decay} ${every}${first}; it is what is evaluated`;
}
