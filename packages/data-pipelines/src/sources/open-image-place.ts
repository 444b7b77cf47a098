import { DataError, expected } from '@resnet-ts/tensor-ops';
import { dirname } from 'node:path';
import { readClassNames } from './class-names-file.js';
import { openIlsvrcTrain } from './ilsvrc-train.js';
import { openIlsvrcValidation } from './ilsvrc-validation.js';
import { openImageFolder } from './image-folder.js';
import type { ImageSource } from './image-source.js';
import type { ImagePlace } from './locate-images.js';
import { openParquet, publishedClassNames } from './parquet-source.js';
import { openWebDataset } from './web-dataset.js';

/**
 * Opens images where they were located.
 *
 * @param options.classNames the classes in the order of their labels, of the training images or of a trained network;
 *   needed for ILSVRC's validation images. Default: those found
 * @throws DataError where the images are not of these classes, or a part is missing or damaged
 * @example
 * const place = await locateTestImages('imagenet', classNames);
 * if (place !== undefined) source = await openImagePlace(place, { classNames });
 */
export async function openImagePlace(
  place: ImagePlace,
  { classNames }: { readonly classNames?: readonly string[] } = {},
): Promise<ImageSource> {
  const options = classNames === undefined ? {} : { classNames };
  switch (place.layout) {
    case 'class folders':
      return await openImageFolder(place.folder, options);
    case 'ILSVRC archive':
      return await openArchive(place.archive, place.devkit, classNames);
    case 'tar shards':
      if (classNames !== undefined) await checkPublished(place, classNames);
      return await openWebDataset(place.shards, options);
    case 'parquet shards':
      if (classNames !== undefined) await checkPublished(place, classNames);
      return await openParquet(place.shards, options);
  }
}

async function openArchive(
  archive: string,
  devkit: string | undefined,
  classNames: readonly string[] | undefined,
): Promise<ImageSource> {
  if (devkit === undefined) return await openIlsvrcTrain(archive);
  if (classNames === undefined) {
    throw new DataError(archive, expected('the classes of the training images', 'classNames', classNames));
  }
  return await openIlsvrcValidation(archive, { devkit, classNames });
}

/** Labels are numbers: those of other classes would pass unseen. Shards without names are taken at their word. */
async function checkPublished(
  { layout, shards: [first = ''] }: Extract<ImagePlace, { readonly shards: unknown }>,
  classNames: readonly string[],
): Promise<void> {
  const published = await (layout === 'tar shards' ? readClassNames(dirname(first)) : publishedClassNames(first));
  if (published === undefined || published.join('\n') === classNames.join('\n')) return;
  throw new DataError(first, expected(`the classes ${classNames.join(', ')}`, 'the file', published));
}
