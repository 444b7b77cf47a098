import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { Dirent } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { ImageSource } from './image-source.js';
import { byCodeUnits } from './list-source.js';
import {
  ILSVRC_DEVKITS,
  ILSVRC_VALIDATION,
  type ImageLayout,
  type ImagePlace,
  VALIDATION_NAMES,
  listFolder,
  locateTraining,
  locateValidation,
} from './locate-images.js';
import { openImagePlace } from './open-image-place.js';

/** The two parts of a data set of images, with the same classes. */
export interface ImageSets {
  /** Of the training images. */
  readonly layout: ImageLayout;
  readonly train: ImageSource;
  readonly validation: ImageSource;
}

/**
 * The images for training and validation of a folder, whichever way they lie there:
 *
 * - `train` and `val` (or `validation`, `test`), each with a folder a class, as ILSVRC's are unpacked, or with
 *   WebDataset's or parquet's shards
 * - ILSVRC's archives as they are, those of the validation images with the development kit, or `val` in their place
 * - shards named `train-*` and `val*` beside one another, as Hugging Face publishes them, also below `data`
 *
 * @throws DataError saying what was looked for, where a part is missing or wrong
 * @example
 * const { train, validation } = await openImageSets('imagenet');
 */
export async function openImageSets(folder: string): Promise<ImageSets> {
  const entries = await listFolder(folder);
  const training = await locateTraining(folder, entries);
  if (training === undefined) {
    if (entries.some((entry) => entry.isDirectory() && entry.name === 'data')) {
      return await openImageSets(join(folder, 'data'));
    }
    throw missing(folder, 'folders train and val, or shards train-*.tar or train-*.parquet,', entries);
  }
  const beside = 'shards' in training ? [training.layout] : undefined;
  const held = await locateValidation(folder, entries, beside);
  if (held === undefined) throw missing(folder, wantedBeside(folder, training), entries);
  const train = await openImagePlace(training);
  return {
    ...{ layout: training.layout, train },
    validation: await openImagePlace(held, { classNames: train.classNames }),
  };
}

/** What of validation images is missing beside those for training. */
function wantedBeside(folder: string, training: ImagePlace): string {
  if (training.layout === 'ILSVRC archive') {
    return `${ILSVRC_VALIDATION} and ${ILSVRC_DEVKITS[0]}, or a folder val with a folder a class, beside the archive,`;
  }
  const [shard] = 'shards' in training ? training.shards : [];
  if (shard !== undefined && resolve(dirname(shard)) === resolve(folder))
    return `validation shards val*${extname(shard)}`;
  return `a folder ${VALIDATION_NAMES.join(', ')} beside train`;
}

function missing(folder: string, wanted: string, entries: readonly Dirent[]): DataError {
  const names = entries.map(({ name }) => name).sort(byCodeUnits);
  const found = names.length === 0 ? 'nothing' : `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  return new DataError(folder, expected(wanted, 'the folder', found));
}
