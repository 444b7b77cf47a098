import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImageSource, ResamplingKernel } from '@resnet-ts/data-pipelines/images';
import type { PixelImage } from '@resnet-ts/evaluation';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { OpenedImages } from './opened-images.js';

/** Folders that hold the images for testing where training images lie beside them; the first that is there. */
const TEST_FOLDERS = ['val', 'validation', 'test'];

/**
 * The folder of test images that `--data` names: itself, or its `val`, `validation` or `test`, where folders are named
 * as classes of the network.
 *
 * @returns undefined for a folder of data sets, or none at all
 */
export async function findImageFolder(data: string, classNames: readonly string[]): Promise<string | undefined> {
  const names = new Set(classNames);
  for (const folder of [data, ...TEST_FOLDERS.map((name) => join(data, name))]) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (entries.some((entry) => entry.isDirectory() && names.has(entry.name))) return folder;
  }
  return undefined;
}

/**
 * A folder of images, one folder a class, as whole images at any scale. Every image is decoded once before, and those
 * that cannot be are named and left out. Grey networks get grey images.
 *
 * @throws DataError for a folder that is not one of a class, or holds no image
 */
export async function openFolderImages(folder: string, options: FolderImagesOptions): Promise<OpenedImages> {
  // CIFAR never needs the codecs behind this entry.
  const { openImageFolder } = await import('@resnet-ts/data-pipelines/images');
  return openSource(await openImageFolder(folder, { classNames: options.classNames }), options);
}

/**
 * The validation images of a folder that a run can train on, which may lie in shards.
 *
 * @throws DataError where there are none, or they have other classes
 */
export async function openValidationImages(folder: string, options: FolderImagesOptions): Promise<OpenedImages> {
  const { openImageSets } = await import('@resnet-ts/data-pipelines/images');
  const { validation } = await openImageSets(folder);
  if (validation.classNames.join() !== options.classNames.join()) {
    const { length } = options.classNames;
    throw new DataError(folder, expected(`the ${length} classes of the run`, 'the folder', validation.classNames));
  }
  return openSource(validation, options);
}

async function openSource(
  source: ImageSource,
  { classNames, channels, kernel, sample, note }: FolderImagesOptions,
): Promise<OpenedImages> {
  const { checkImages, selectImages, wholeImages } = await import('@resnet-ts/data-pipelines/images');
  const { whole, broken } = await checkImages(
    sample === undefined ? source : selectImages(source, sampled(source.count, sample)),
  );
  for (const { id, reason } of broken.slice(0, 5)) note(`left out ${id}: ${reason}`);
  if (broken.length > 5) note(`left out ${broken.length - 5} more images that cannot be decoded`);
  const images = wholeImages(whole, { kernel });
  return {
    ...{ name: basename(source.name), classNames, broken, size: images.size, files: { source: whole, kernel } },
    label: (index) => images.label(index),
    id: (index) => whole.id(index),
    image: async (index, shorterSide) => {
      const image = await images.image(index, shorterSide);
      return channels === 1 ? toGrey(image) : image;
    },
  };
}

/** Which images of a set are looked at. */
export interface ImageSample {
  readonly examples: number;
  readonly from: 'beginning' | 'everywhere';
}

export interface FolderImagesOptions {
  /** Of the network, by label: names of folders. */
  readonly classNames: readonly string[];
  /** Of the network's images. */
  readonly channels: number;
  /** How images are scaled: as those the network was trained on. */
  readonly kernel: ResamplingKernel;
  /** Only so many images, the first ones or spread evenly; the others are not even decoded. Default: all. */
  readonly sample?: ImageSample | undefined;
  readonly note: (line: string) => void;
}

/** Luma of BT.601, as JPEG and sharp's `b-w` take it of encoded values. */
function toGrey({ height, width, values }: PixelImage): PixelImage {
  const grey = new Uint8Array(height * width);
  for (let place = 0; place < grey.length; place += 1) {
    const [red = 0, green = 0, blue = 0] = [values[3 * place], values[3 * place + 1], values[3 * place + 2]];
    grey[place] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return { height, width, channels: 1, values: grey };
}

/** Numbers of the images that are looked at, in order. */
function sampled(count: number, { examples, from }: ImageSample): Uint32Array {
  const length = Math.min(examples, count);
  return Uint32Array.from({ length }, (_, place) =>
    from === 'beginning' ? place : Math.floor((place * count) / length),
  );
}
