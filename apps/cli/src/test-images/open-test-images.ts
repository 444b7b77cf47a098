import { loadDataset } from '@resnet-ts/data-pipelines';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { isImageFolder } from '@resnet-ts/training';
import { findDataset } from '../datasets/find-dataset.js';
import type { Model } from '../run/open-model.js';
import { findImageFolder, openFolderImages } from './folder-images.js';
import type { OpenedImages } from './opened-images.js';
import { setImages } from './set-images.js';

/**
 * What a run is tested on: the images of `data`, where it holds a folder for each class of the run; else the test images
 * of the run's data set, which lies in `data`.
 *
 * @throws DataError where there is neither, or files are missing or damaged
 */
export async function openTestImages(
  { recipe, network, preprocessing }: Pick<Model, 'recipe' | 'network' | 'preprocessing'>,
  { data, note }: { readonly data: string; readonly note: (line: string) => void },
): Promise<OpenedImages> {
  const { classNames } = preprocessing;
  const folder = await findImageFolder(data, classNames);
  if (folder !== undefined) {
    return openFolderImages(folder, { classNames, channels: network.inputShape[2], note });
  }
  if (isImageFolder(recipe.data)) {
    const such = classNames.slice(0, 3).join(', ');
    throw new DataError(data, expected(`folders named as the classes (${such}, …)`, '--data', 'none of them'));
  }
  const { test } = await loadDataset(await findDataset(recipe.data.set, data), { directory: data });
  return setImages(`${recipe.data.set} test`, test, classNames);
}
