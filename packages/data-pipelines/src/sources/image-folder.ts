import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isImageName } from '../images/image-format.js';
import type { ImageSource, RefusedImage } from './image-source.js';
import { type ImageEntry, byCodeUnits, listSource } from './list-source.js';

/** Folders within a class's folder that are still looked into. */
const DEEPEST = 8;

export interface ImageFolderOptions {
  /**
   * The classes in the order of their labels, to be the folders' names: of the training images where this folder holds
   * the validation images, so that labels agree. Default: the folders found, sorted.
   */
  readonly classNames?: readonly string[];
}

/**
 * A tree with one folder a class, as ILSVRC's training images are laid out (`train/n01440764/n01440764_18.JPEG`) and
 * most others. Labels are positions among the folders' names, sorted by code units, which for WordNet's ids is the
 * order of every published network. Images may lie in folders within their class's.
 *
 * Names decide what is an image (`.jpg`, `.jpeg`, `.png`, `.webp`); what it really is, is found when it is decoded.
 * Other files are passed over and listed, links too, which could lead out of the folder; hidden ones are not even
 * listed.
 *
 * @throws DataError for a folder that cannot be read, has fewer than two classes, or a class without an image
 * @example
 * const train = await openImageFolder('imagenet/train');
 * const validation = await openImageFolder('imagenet/val', { classNames: train.classNames });
 */
export async function openImageFolder(folder: string, { classNames }: ImageFolderOptions = {}): Promise<ImageSource> {
  const passedOver: RefusedImage[] = [];
  const found: string[] = [];
  for (const entry of await list(folder, '')) {
    if (entry.isDirectory()) found.push(entry.name);
    else passedOver.push({ id: entry.name, reason: otherThanClass(entry) });
  }
  const names = classNames ?? found;
  const unknown = found.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new DataError(folder, expected('folders named as the classes', 'the folder', unknown));
  }
  const labels = new Map(names.map((name, label) => [name, label]));
  const entries: ImageEntry[] = [];
  for (const name of found) {
    const before = entries.length;
    for (const id of await imagesWithin(folder, name, 0, passedOver)) {
      entries.push({ id, label: labels.get(name) ?? NaN, location: { kind: 'file', path: join(folder, id) } });
    }
    if (entries.length === before) {
      throw new DataError(folder, expected('images', `the class folder ${name}`, 'none', 'fill or remove the folder'));
    }
  }
  return listSource({ name: folder, classNames: names, entries, passedOver });
}

/** Images below `folder/path`, as paths from `folder` with forward slashes, in order. */
async function imagesWithin(
  folder: string,
  path: string,
  depth: number,
  passedOver: RefusedImage[],
): Promise<string[]> {
  const images: string[] = [];
  for (const entry of await list(folder, path)) {
    const id = `${path}/${entry.name}`;
    if (entry.isDirectory() && depth < DEEPEST) {
      for (const image of await imagesWithin(folder, id, depth + 1, passedOver)) images.push(image);
    } else if (entry.isFile() && isImageName(entry.name)) images.push(id);
    else passedOver.push({ id, reason: otherThanImage(entry) });
  }
  return images;
}

async function list(folder: string, path: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.'))
      .sort((first, second) => byCodeUnits(first.name, second.name));
  } catch (cause) {
    const name = path === '' ? basename(folder) : path;
    throw new DataError(folder, expected('a folder that can be read', name, String(cause)), { cause });
  }
}

function otherThanClass(entry: Dirent): string {
  return entry.isSymbolicLink() ? 'a link, which may lead outside' : 'not a folder of a class';
}

function otherThanImage(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a link, which may lead outside';
  if (entry.isDirectory()) return `more than ${DEEPEST} folders deep`;
  return entry.isFile() ? 'not named as an image' : 'not a file';
}
