import { createTrainingBatches } from '@resnet-ts/data-pipelines';
import type { BatchSource } from '@resnet-ts/tensor-ops';
import { namedSetData } from '@resnet-ts/training';
import { findDataset } from '../datasets/find-dataset.js';
import { loadSets } from '../datasets/load-sets.js';
import type { Model } from '../run/open-model.js';

/** Batches that hold workers open until they are closed. */
export interface ClosableBatches extends BatchSource {
  close(): Promise<void>;
}

/**
 * The training images of a run as it was trained on them: its order, its augmentation, its batch size.
 *
 * @param data the folder of the data sets
 * @throws DataError for files that are missing or damaged
 */
export async function openTrainingBatches(
  { recipe, preprocessing }: Pick<Model, 'recipe' | 'preprocessing'>,
  data: string,
): Promise<ClosableBatches> {
  const { training } = await loadSets(recipe, await findDataset(recipe.data.set, data), data);
  return createTrainingBatches(training, {
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    mean: preprocessing.mean,
    augmentation: namedSetData(recipe).augmentation,
  });
}
