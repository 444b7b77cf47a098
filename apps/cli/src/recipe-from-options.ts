import { readFile } from 'node:fs/promises';
import { ArgumentError, expected, isResidualError } from '@resnet-ts/tensor-ops';
import { namedRecipe, parseRecipe, parseRecipeText, recipeNames, type Recipe } from '@resnet-ts/training';
import type { TrainOptions } from './commands/train.js';
import { applyOverrides } from './recipe-overrides.js';

type RecipeOptions = Pick<TrainOptions, 'recipe' | 'network' | 'set' | 'steps' | 'epochs' | 'seed'>;

async function readBase(recipe: string): Promise<Recipe> {
  if (recipeNames().includes(recipe) || !/[./\\]/.test(recipe)) return namedRecipe(recipe);
  const text = await readFile(recipe, 'utf8').catch(() => {
    throw new ArgumentError(expected('the name of a recipe or a readable JSON file', '--recipe', recipe));
  });
  return parseRecipeText(text, recipe);
}

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
  ];
  try {
    const base = await readBase(recipe);
    return assignments.length === 0 ? base : parseRecipe(applyOverrides(base, assignments), 'command line');
  } catch (error) {
    if (isResidualError(error) && error.code === 'ERR_DATA') throw new ArgumentError(error.message);
    throw error;
  }
}
