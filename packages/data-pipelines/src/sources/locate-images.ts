import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnits } from './list-source.js';

// Reads folders, never images: commands that may find a data set in memory instead need no codecs for it.

/** Where the images of one part of a data set lie, and how: one folder a class, an official archive, or shards. */
export type ImagePlace =
  | { readonly layout: 'class folders'; readonly folder: string }
  /** `devkit`: with the classes of the images, where the archive itself has none. */
  | { readonly layout: 'ILSVRC archive'; readonly archive: string; readonly devkit?: string }
  | { readonly layout: 'tar shards' | 'parquet shards'; readonly shards: readonly string[] };

/** How images lie on the disk. */
export type ImageLayout = ImagePlace['layout'];

/** How the validation part is named, in order of preference. */
export const VALIDATION_NAMES = ['val', 'validation', 'test'] as const;

/** The official archives, and the development kit with the classes of the validation images, packed or not. */
export const ILSVRC_TRAIN = 'ILSVRC2012_img_train.tar';
export const ILSVRC_VALIDATION = 'ILSVRC2012_img_val.tar';
export const ILSVRC_DEVKITS = ['ILSVRC2012_devkit_t12.tar.gz', 'ILSVRC2012_devkit_t12'] as const;

const SHARDS = { 'tar shards': '.tar', 'parquet shards': '.parquet' } as const;
type ShardLayout = keyof typeof SHARDS;
const SHARD_LAYOUTS: readonly ShardLayout[] = ['tar shards', 'parquet shards'];

/**
 * The images that a network of these classes can be tested on, in any layout that `openImageSets` knows:
 *
 * - the path itself: a folder with folders named as the classes, a shard, or a folder of shards
 * - the validation part of a folder: `val` (or `validation`, `test`) of either kind, shards named so, or ILSVRC's archive
 *   with the development kit; also below `data`
 *
 * Training images beside them are not looked at.
 *
 * @returns undefined where there is none of these
 * @example
 * const place = await locateTestImages('imagenet', classNames);
 * if (place !== undefined) source = await openImagePlace(place, { classNames });
 */
export async function locateTestImages(path: string, classNames: readonly string[]): Promise<ImagePlace | undefined> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile()) {
    const layout = SHARD_LAYOUTS.find((shards) => path.endsWith(SHARDS[shards]));
    return layout === undefined ? undefined : { layout, shards: [path] };
  }
  if (stats?.isDirectory() !== true) return undefined;
  const entries = await listFolder(path);
  const names = new Set(classNames);
  const hasClass = (of: readonly Dirent[]): boolean => of.some((entry) => entry.isDirectory() && names.has(entry.name));
  if (hasClass(entries)) return { layout: 'class folders', folder: path };
  const validation = await locateValidation(path, entries);
  if (validation !== undefined) {
    if (validation.layout !== 'class folders' || hasClass(await listFolder(validation.folder))) return validation;
  }
  if (locateTrainShards(path, entries) === undefined) {
    const own = locateShards(path, entries, '');
    if (own !== undefined) return own;
  }
  const hasData = entries.some((entry) => entry.isDirectory() && entry.name === 'data');
  return hasData ? await locateTestImages(join(path, 'data'), classNames) : undefined;
}

/**
 * The validation part of a folder.
 *
 * @param layouts of shards that are looked for
 */
export async function locateValidation(
  folder: string,
  entries: readonly Dirent[],
  layouts: readonly ShardLayout[] = SHARD_LAYOUTS,
): Promise<ImagePlace | undefined> {
  const directories = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  const part = VALIDATION_NAMES.find((name) => directories.has(name));
  if (part !== undefined) return await locatePart(join(folder, part));
  const names = new Set(entries.map(({ name }) => name));
  const devkit = ILSVRC_DEVKITS.find((name) => names.has(name));
  if (names.has(ILSVRC_VALIDATION) && devkit !== undefined) {
    return { layout: 'ILSVRC archive', archive: join(folder, ILSVRC_VALIDATION), devkit: join(folder, devkit) };
  }
  for (const prefix of VALIDATION_NAMES) {
    const shards = locateShards(folder, entries, prefix, layouts);
    if (shards !== undefined) return shards;
  }
  return undefined;
}

/** The training part of a folder. */
export async function locateTraining(folder: string, entries: readonly Dirent[]): Promise<ImagePlace | undefined> {
  if (entries.some(({ name }) => name === ILSVRC_TRAIN)) {
    return { layout: 'ILSVRC archive', archive: join(folder, ILSVRC_TRAIN) };
  }
  const packed = entries.some((entry) => entry.isDirectory() && entry.name === 'train');
  return packed ? await locatePart(join(folder, 'train')) : locateTrainShards(folder, entries);
}

const locateTrainShards = (folder: string, entries: readonly Dirent[]): ImagePlace | undefined =>
  locateShards(folder, entries, 'train');

/** A folder that is one part of a data set: of shards, or else of classes. */
async function locatePart(folder: string): Promise<ImagePlace> {
  const entries = await listFolder(folder);
  const shards = entries.some((entry) => entry.isDirectory()) ? undefined : locateShards(folder, entries, '');
  return shards ?? { layout: 'class folders', folder };
}

/** Shards whose names begin so, in the order of their names; ILSVRC's archives are none. */
function locateShards(
  folder: string,
  entries: readonly Dirent[],
  prefix: string,
  layouts: readonly ShardLayout[] = SHARD_LAYOUTS,
): ImagePlace | undefined {
  for (const layout of layouts) {
    const shards = entries
      .filter((entry) => entry.isFile() && entry.name.startsWith(prefix) && entry.name.endsWith(SHARDS[layout]))
      .filter(({ name }) => name !== ILSVRC_TRAIN && name !== ILSVRC_VALIDATION)
      .map(({ name }) => join(folder, name))
      .sort(byCodeUnits);
    if (shards.length > 0) return { layout, shards };
  }
  return undefined;
}

/** What a folder holds. @throws DataError for one that cannot be read */
export async function listFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new DataError(folder, expected('a folder of images that can be read', 'the folder', String(cause)), {
      cause,
    });
  }
}
