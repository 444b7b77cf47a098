import { loadDataset } from '@resnet-ts/data-pipelines';
import type { ResamplingKernel } from '@resnet-ts/data-pipelines/images';
import { isImageFolder, type Recipe } from '@resnet-ts/training';
import { findDataset } from '../datasets/find-dataset.js';
import { USUAL_DATA } from '../datasets/usual-data.js';
import type { Model } from '../run/open-model.js';
import { findImageFolder, openFolderImages, openValidationImages, type ImageSample } from './folder-images.js';
import type { OpenedImages } from './opened-images.js';
import { setImages } from './set-images.js';

export interface OpenTestImagesOptions {
  /** Of images, or of the data sets. */
  readonly data: string;
  /** Of files only so many are opened; data sets are in memory whole. Default: all. */
  readonly sample?: ImageSample | undefined;
  readonly note: (line: string) => void;
}

/**
 * What a run is tested on: the images of `data`, where it holds a folder for each class of the run; else the test images
 * of the run's data set, which lies in `data`, or its own validation images.
 *
 * @throws DataError where there is neither, or files are missing or damaged
 */
export async function openTestImages(
  { recipe, network, preprocessing }: Pick<Model, 'recipe' | 'network' | 'preprocessing'>,
  { data, sample, note }: OpenTestImagesOptions,
): Promise<OpenedImages> {
  const { classNames } = preprocessing;
  const options = { classNames, channels: network.inputShape[2], kernel: await kernelOf(recipe), sample, note };
  const folder = await findImageFolder(data, classNames);
  if (folder !== undefined) return openFolderImages(folder, options);
  if (isImageFolder(recipe.data)) {
    const own = preprocessing.images?.folder;
    return openValidationImages(data === USUAL_DATA && own !== undefined ? own : data, options);
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
