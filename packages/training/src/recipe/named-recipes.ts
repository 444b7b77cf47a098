import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import type { Recipe } from './recipe-schema.js';
import { cifar10Fb } from './recipes/cifar10-fb.js';
import { cifar10Paper } from './recipes/cifar10-paper.js';
import { cifar10Paper110, cifar10Paper110Iterations } from './recipes/cifar10-paper-110.js';
import { cifar10Quick } from './recipes/cifar10-quick.js';
import { cifar100Fb } from './recipes/cifar100-fb.js';
import { cifar100Quick } from './recipes/cifar100-quick.js';
import { fashionMnistQuick } from './recipes/fashion-mnist-quick.js';
import { imagenetPaper } from './recipes/imagenet-paper.js';
import { imagenetTorchvision } from './recipes/imagenet-torchvision.js';

const recipes: ReadonlyMap<string, Recipe> = new Map(
  [
    cifar10Quick,
    cifar10Paper,
    cifar10Paper110,
    cifar10Paper110Iterations,
    cifar10Fb,
    cifar100Quick,
    cifar100Fb,
    fashionMnistQuick,
    imagenetPaper,
    imagenetTorchvision,
  ].map((recipe) => [recipe.name, recipe]),
);

/** The names {@link namedRecipe} knows, quick ones first. */
export function recipeNames(): string[] {
  return [...recipes.keys()];
}

/**
 * A recipe by name, as a fresh copy that the caller may change.
 *
 * @throws ArgumentError for an unknown name, with the nearest one
 *
 * @example
 * const recipe = { ...namedRecipe('cifar10-paper'), network: 'resnet56' };
 */
export function namedRecipe(name: string): Recipe {
  const recipe = recipes.get(name);
  if (recipe !== undefined) return structuredClone(recipe);
  const nearest = nearestName(name, recipeNames());
  const remedy = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  throw new ArgumentError(
    expected('the name of a recipe', 'recipe', name, `${remedy}there are ${recipeNames().join(', ')}`),
  );
}
