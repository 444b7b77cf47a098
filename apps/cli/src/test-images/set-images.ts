import type { ImageSet } from '@resnet-ts/data-pipelines';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { PixelImage } from '@resnet-ts/evaluation';
import type { OpenedImages } from './opened-images.js';

/**
 * A data set in memory as whole images. At its own size an image is as it is stored; at others it is scaled by
 * the filter `linear` as images of files are.
 *
 * @param name for people: `cifar10 test`
 */
export function setImages(name: string, set: ImageSet, classNames: readonly string[]): OpenedImages {
  const { height, width, channels } = set;
  const size = height * width * channels;
  const stored = (index: number): PixelImage => {
    if (!(Number.isInteger(index) && index >= 0 && index < set.count)) {
      throw new DataError(name, expected(`an integer from 0 to ${set.count - 1}`, 'image', index));
    }
    return { height, width, channels, values: set.images.subarray(index * size, (index + 1) * size) };
  };
  return {
    ...{ name, classNames, set, size: set.count, broken: () => [] },
    label: (index) => set.labels[index] ?? Number.NaN,
    id: String,
    image: (index, shorterSide) => {
      const image = stored(index);
      return shorterSide === Math.min(height, width) ? image : scaled(image, shorterSide);
    },
  };
}

async function scaled({ values, ...size }: PixelImage, shorterSide: number): Promise<PixelImage> {
  // Most tests look at images as they are stored, and need no codecs.
  const { scalePixels } = await import('@resnet-ts/data-pipelines/images');
  return scalePixels({ ...size, values: Uint8Array.from(values) }, shorterSide);
}
