import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openIlsvrcTrain } from './ilsvrc-train.js';
import { openIlsvrcValidation } from './ilsvrc-validation.js';
import { openImageFolder } from './image-folder.js';
import type { ImageSource } from './image-source.js';
import { byCodeUnits } from './list-source.js';
import { openParquet } from './parquet-source.js';
import { openWebDataset } from './web-dataset.js';

/** How images for training and validation lie on the disk. */
export type ImageLayout = 'class folders' | 'ILSVRC archive' | 'tar shards' | 'parquet shards';

/** The two parts of a data set of images, with the same classes. */
export interface ImageSets {
  /** Of the training images. */
  readonly layout: ImageLayout;
  readonly train: ImageSource;
  readonly validation: ImageSource;
}

/** How the validation part is named, in order of preference. */
const VALIDATION_NAMES = ['val', 'validation', 'test'] as const;

/** The official archives, and the development kit with the classes of the validation images, packed or not. */
const ILSVRC_TRAIN = 'ILSVRC2012_img_train.tar';
const ILSVRC_VALIDATION = 'ILSVRC2012_img_val.tar';
const ILSVRC_DEVKITS = ['ILSVRC2012_devkit_t12.tar.gz', 'ILSVRC2012_devkit_t12'] as const;

const SHARDS = { '.tar': 'tar shards', '.parquet': 'parquet shards' } as const;

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
  const entries = await list(folder);
  const directories = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  const validation = VALIDATION_NAMES.find((name) => directories.has(name));
  if (entries.some(({ name }) => name === ILSVRC_TRAIN)) {
    const names = new Set(entries.map(({ name }) => name));
    const devkit = ILSVRC_DEVKITS.find((name) => names.has(name));
    const packed = names.has(ILSVRC_VALIDATION) && devkit !== undefined;
    const wanted = `${ILSVRC_VALIDATION} and ${ILSVRC_DEVKITS[0]}, or a folder val with a folder a class, beside ${ILSVRC_TRAIN},`;
    if (validation === undefined && !packed) throw missing(folder, wanted, entries);
    const train = await openIlsvrcTrain(join(folder, ILSVRC_TRAIN));
    if (validation === undefined) {
      const options = { devkit: join(folder, devkit ?? ''), classNames: train.classNames };
      const source = await openIlsvrcValidation(join(folder, ILSVRC_VALIDATION), options);
      return { layout: 'ILSVRC archive', train, validation: source };
    }
    const { source } = await openPart(join(folder, validation), train.classNames);
    return { layout: 'ILSVRC archive', train, validation: source };
  }
  if (directories.has('train')) {
    if (validation === undefined)
      throw missing(folder, `a folder ${VALIDATION_NAMES.join(', ')} beside train`, entries);
    const train = await openPart(join(folder, 'train'));
    const { source } = await openPart(join(folder, validation), train.source.classNames);
    return { layout: train.layout, train: train.source, validation: source };
  }
  for (const [ending, layout] of Object.entries(SHARDS)) {
    const shards = (prefix: string): string[] => shardsOf(folder, entries, { prefix, ending });
    const train = shards('train');
    if (train.length === 0) continue;
    const validation = VALIDATION_NAMES.map(shards).find((found) => found.length > 0);
    if (validation === undefined) throw missing(folder, `validation shards val*${ending}`, entries);
    const open = ending === '.tar' ? openWebDataset : openParquet;
    const source = await open(train);
    return { layout, train: source, validation: await open(validation, { classNames: source.classNames }) };
  }
  if (directories.has('data')) return await openImageSets(join(folder, 'data'));
  throw missing(folder, 'folders train and val, or shards train-*.tar or train-*.parquet,', entries);
}

async function openPart(
  folder: string,
  classNames?: readonly string[],
): Promise<{ readonly layout: ImageLayout; readonly source: ImageSource }> {
  const options = classNames === undefined ? {} : { classNames };
  const entries = await list(folder);
  if (!entries.some((entry) => entry.isDirectory())) {
    const has = (ending: string): boolean => entries.some(({ name }) => name.endsWith(ending));
    if (has('.tar')) return { layout: 'tar shards', source: await openWebDataset(folder, options) };
    if (has('.parquet')) return { layout: 'parquet shards', source: await openParquet(folder, options) };
  }
  return { layout: 'class folders', source: await openImageFolder(folder, options) };
}

function shardsOf(
  folder: string,
  entries: readonly Dirent[],
  { prefix, ending }: { readonly prefix: string; readonly ending: string },
): string[] {
  return entries
    .filter((entry) => entry.isFile() && entry.name.startsWith(prefix) && entry.name.endsWith(ending))
    .map(({ name }) => join(folder, name))
    .sort(byCodeUnits);
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new DataError(folder, expected('a folder of images that can be read', 'the folder', String(cause)), {
      cause,
    });
  }
}

function missing(folder: string, wanted: string, entries: readonly Dirent[]): DataError {
  const names = entries.map(({ name }) => name).sort(byCodeUnits);
  const found = names.length === 0 ? 'nothing' : `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  return new DataError(folder, expected(wanted, 'the folder', found));
}
