import { decayedRoles } from '../optimizer/decayed-roles.js';
import { describeData } from './describe-data.js';
import type { Recipe, Schedule, Warmup } from './recipe-schema.js';

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
  const { optimizer } = recipe;
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
    {
      label: 'optimizer',
      value: `SGD, ${optimizer.nesterov ? 'Nesterov ' : ''}momentum ${optimizer.momentum} (${optimizer.form} form)`,
    },
    { label: 'weight decay', value: `${optimizer.weightDecay} on ${decayedRoles(optimizer.decay).join(', ')}` },
    { label: 'label smoothing', value: String(recipe.labelSmoothing) },
    { label: 'precision', value: recipe.precision },
    { label: 'convolution', value: recipe.convolution },
    ...(recipe.checkpointing === undefined ? [] : [{ label: 'checkpointing', value: recipe.checkpointing }]),
    { label: 'seed', value: String(recipe.seed) },
  ];
}

function describeSchedule(schedule: Schedule): string {
  if (schedule.kind === 'triangular') {
    const percent = Number((schedule.warmupFraction * 100).toPrecision(6));
    return `up to ${schedule.peak} over the first ${percent} % of the steps, then down to ${schedule.peak * schedule.finalFraction}`;
  }
  const drops =
    schedule.boundaries.length === 0 ? '' : `, times ${schedule.factor} at steps ${schedule.boundaries.join(', ')}`;
  return `${describeWarmup(schedule.warmup)}${schedule.rate}${drops}`;
}

function describeWarmup(warmup: Warmup | undefined): string {
  switch (warmup?.kind) {
    case 'linear':
      return `rising from ${warmup.from} over ${warmup.steps} steps, then `;
    case 'constant':
      return `${warmup.rate} for ${warmup.steps} steps, then `;
    case 'until-error':
      return `${warmup.rate} until the error of the last ${warmup.window} batches is below ${warmup.error * 100} %, then `;
    case undefined:
      return '';
  }
}
