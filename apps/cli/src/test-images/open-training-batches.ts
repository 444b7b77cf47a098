import { findTrainingData, type ClosableBatches } from '../datasets/training-data.js';
import type { Model } from '../run/open-model.js';

/**
 * The training images of a run as it was trained on them: its order, its augmentation, its batch size, its mean.
 *
 * @param options.data the folder of the data sets, or of the images
 * @throws DataError for files that are missing or damaged; CheckpointError for images other than the run's own
 */
export async function openTrainingBatches(
  { recipe, runFolder }: Pick<Model, 'recipe' | 'runFolder'>,
  { data, note }: { readonly data: string; readonly note: (line: string) => void },
): Promise<ClosableBatches> {
  const found = await findTrainingData(recipe, { data, runFolder, note });
  const { training, held } = await found.open({ workers: 0 });
  await held.close();
  return training;
}
