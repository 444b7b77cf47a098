import type { TestViews } from '@resnet-ts/evaluation';
import { isImageFolder, type Recipe } from '@resnet-ts/training';

/** The views of each image that a recipe is evaluated on; undefined for the image as it is. */
export function recipeViews({ data }: Pick<Recipe, 'data'>): TestViews | undefined {
  return isImageFolder(data) ? undefined : data.evaluation?.views;
}
