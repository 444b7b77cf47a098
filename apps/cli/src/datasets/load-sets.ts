import { loadDataset, splitTrainValidation, type DatasetDescription, type ImageSet } from '@resnet-ts/data-pipelines';
import { namedSetData, type Recipe } from '@resnet-ts/training';

/** The images a recipe trains on, and the ones it is judged by while it trains. */
export interface TrainingSets {
  readonly training: ImageSet;
  readonly held: ImageSet;
  /** For people: `cifar10 test`. */
  readonly heldName: string;
}

/**
 * Loads the images of a recipe. With the split `train-validation` a tenth of the training images is held back, 5,000
 * of CIFAR's 50,000 (paper §4.2), and the test images stay untouched.
 *
 * @throws DataError for files that are missing or not as published
 */
export async function loadSets(
  recipe: Recipe,
  description: DatasetDescription,
  directory: string,
): Promise<TrainingSets> {
  const { train, test } = await loadDataset(description, { directory });
  if (namedSetData(recipe).split === 'full')
    return { training: train, held: test, heldName: `${recipe.data.set} test` };
  const split = splitTrainValidation(train, { validation: Math.floor(train.count / 10), seed: recipe.seed });
  return { training: split.train, held: split.validation, heldName: `${recipe.data.set} validation` };
}
