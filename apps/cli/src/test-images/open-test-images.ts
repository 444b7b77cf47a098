import { loadDataset, locateTestImages } from '@resnet-ts/data-pipelines';
import type { BrokenImagePolicy, ResamplingKernel } from '@resnet-ts/data-pipelines/images';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import { isImageFolder, type Recipe } from '@resnet-ts/training';
import { findDataset } from '../datasets/find-dataset.js';
import { USUAL_DATA } from '../datasets/usual-data.js';
import type { Model } from '../run/open-model.js';
import { openFileImages, type ImageSample } from './file-images.js';
import type { OpenedImages } from './opened-images.js';
import { setImages } from './set-images.js';

export interface OpenTestImagesOptions {
  /** Of images, or of the data sets. */
  readonly data: string;
  /** Of files only so many are opened; data sets are in memory whole. Default: all. */
  readonly sample?: ImageSample | undefined;
  /** What is done with a file that cannot be decoded, when it is met. Default `skip`. */
  readonly onBroken?: BrokenImagePolicy | undefined;
}

/**
 * What a run is tested on: the images of `data`, in any layout that training takes, where they have the classes of the
 * run; else the test images of the run's data set, which lies in `data`. A run on images of any size finds its own
 * validation images where they were, unless told of another place.
 *
 * @throws DataError where there is neither, or files are missing or damaged
 */
export async function openTestImages(
  { recipe, network, preprocessing }: Pick<Model, 'recipe' | 'network' | 'preprocessing'>,
  { data, sample, onBroken = 'skip' }: OpenTestImagesOptions,
): Promise<OpenedImages> {
  const { classNames } = preprocessing;
  const ownFolder = isImageFolder(recipe.data) && data === USUAL_DATA ? preprocessing.images?.folder : undefined;
  const folder = ownFolder ?? data;
  const place = await locateTestImages(folder, classNames);
  if (place !== undefined) {
    const kernel = await kernelOf(recipe);
    return openFileImages(place, { classNames, channels: network.inputShape[2], kernel, sample, onBroken });
  }
  if (isImageFolder(recipe.data)) {
    const wanted = `images of the ${classNames.length} classes of the run`;
    const remedy =
      'a folder for each of them, also in val, validation or test; shards; or the archive of ILSVRC with its development kit';
    throw new DataError(folder, expected(wanted, 'the folder', 'none of them', remedy));
  }
  const { test } = await loadDataset(await findDataset(recipe.data.set, data), { directory: data });
  return setImages(`${recipe.data.set} test`, test, classNames);
}

/** The filter that a run's images were scaled by; torchvision's for a network of a data set in memory. */
async function kernelOf({ data }: Recipe): Promise<ResamplingKernel> {
  if (!isImageFolder(data)) return 'linear';
  const { augmentationOf } = await import('../datasets/image-augmentation.js');
  return augmentationOf(data, undefined).kernel;
}
