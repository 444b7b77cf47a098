import { basename, dirname, resolve } from 'node:path';
import type { ImagePlace } from '@resnet-ts/data-pipelines';
import type { BrokenImagePolicy, ResamplingKernel } from '@resnet-ts/data-pipelines/images';
import type { PixelImage } from '@resnet-ts/evaluation';
import { DataError } from '@resnet-ts/tensor-ops';
import type { OpenedImages } from './opened-images.js';

/** Which images of a set are looked at. */
export interface ImageSample {
  readonly examples: number;
  readonly from: 'beginning' | 'everywhere';
}

export interface FileImagesOptions {
  /** Of the network, by label. */
  readonly classNames: readonly string[];
  /** Of the network's images. */
  readonly channels: number;
  /** How images are scaled: as those the network was trained on. */
  readonly kernel: ResamplingKernel;
  /** Only so many images, the first ones or spread evenly; the others are not even opened. Default: all. */
  readonly sample?: ImageSample | undefined;
  /** What is done with an image that cannot be decoded, when it is met. */
  readonly onBroken: BrokenImagePolicy;
}

/**
 * Images in folders, shards or archives as whole images at any scale; each is decoded when it is asked for. Grey
 * networks get grey images.
 *
 * @throws DataError for images of other classes, or none; from `image`, where broken ones are not skipped
 */
export async function openFileImages(
  place: ImagePlace,
  { classNames, channels, kernel, sample, onBroken }: FileImagesOptions,
): Promise<OpenedImages> {
  // CIFAR never needs the codecs behind this entry.
  const { openImagePlace, selectImages, wholeImages } = await import('@resnet-ts/data-pipelines/images');
  const all = await openImagePlace(place, { classNames });
  const source = sample === undefined ? all : selectImages(all, sampled(all.count, sample));
  const images = wholeImages(source, { kernel });
  const broken = new Map<number, string>();
  return {
    ...{ name: nameOf(place), classNames, size: source.count, files: { source, kernel, onBroken } },
    label: (index) => source.label(index),
    id: (index) => source.id(index),
    image: async (index, shorterSide) => {
      if (broken.has(index)) return undefined;
      try {
        const image = await images.image(index, shorterSide);
        return channels === 1 ? toGrey(image) : image;
      } catch (error) {
        if (onBroken === 'fail' || !(error instanceof DataError)) throw error;
        broken.set(index, error.cause instanceof Error ? error.cause.message : error.message);
        return undefined;
      }
    },
    broken: () =>
      [...broken]
        .sort(([first], [second]) => first - second)
        .map(([index, reason]) => ({ id: source.id(index), reason })),
  };
}

/** The folder, or the only file. */
function nameOf(place: ImagePlace): string {
  if ('folder' in place) return basename(resolve(place.folder));
  if ('archive' in place) return basename(place.archive);
  const [first = '', ...others] = place.shards;
  return basename(resolve(others.length === 0 ? first : dirname(first)));
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
