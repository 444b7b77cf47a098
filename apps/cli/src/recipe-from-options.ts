import { readFile } from 'node:fs/promises';
import { ArgumentError, expected, isResidualError } from '@resnet-ts/tensor-ops';
import { namedRecipe, parseRecipe, parseRecipeText, recipeNames, type Recipe } from '@resnet-ts/training';
import type { TrainOptions } from './commands/train.js';
import { applyOverrides } from './recipe-overrides.js';

type RecipeOptions = Pick<
  TrainOptions,
  'recipe' | 'network' | 'set' | 'steps' | 'epochs' | 'seed' | 'ema' | 'mixup' | 'microBatches' | 'dropPath'
>;

async function readBase(recipe: string): Promise<Recipe> {
  if (recipeNames().includes(recipe) || !/[./\\]/.test(recipe)) return namedRecipe(recipe);
  const text = await readFile(recipe, 'utf8').catch(() => {
    throw new ArgumentError(expected('the name of a recipe or a readable JSON file', '--recipe', recipe));
  });
  return parseRecipeText(text, recipe);
}

/** The average that `--ema` means: of every step, with its first weights soon forgotten. */
const emaOf = (decay: number): Recipe['averaging'] => ({ kind: 'ema', decay, everySteps: 1, warmup: true });

/** What `--mixup` means: every batch is mixed. */
const mixupOf = (alpha: number): Recipe['mixing'] => ({ mixup: { alpha }, probability: 1 });

/**
 * The recipe that `resnet train` was asked for: the named one or the file, then `--set` in order, then the options
 * that have names of their own.
 *
 * @throws ArgumentError for anything wrong with it: a recipe is part of the command line
 */
export async function recipeFromOptions({ recipe = 'cifar10-quick', ...options }: RecipeOptions): Promise<Recipe> {
  const assignments = [
    ...options.set,
    ...(options.network === undefined ? [] : [`network=${JSON.stringify(options.network)}`]),
    ...(options.steps === undefined ? [] : [`length.steps=${options.steps}`]),
    ...(options.epochs === undefined ? [] : [`length.epochs=${options.epochs}`]),
    ...(options.seed === undefined ? [] : [`seed=${options.seed}`]),
    ...(options.ema === undefined ? [] : [`averaging=${JSON.stringify(emaOf(options.ema))}`]),
    ...(options.mixup === undefined ? [] : [`mixing=${JSON.stringify(mixupOf(options.mixup))}`]),
    ...(options.microBatches === undefined ? [] : [`optimizer.microBatches=${options.microBatches}`]),
    ...(options.dropPath === undefined ? [] : [`dropPath=${options.dropPath}`]),
  ];
  try {
    const base = await readBase(recipe);
    return assignments.length === 0 ? base : parseRecipe(applyOverrides(base, assignments), 'command line');
  } catch (error) {
    if (isResidualError(error) && error.code === 'ERR_DATA') throw new ArgumentError(error.message);
    throw error;
  }
}
