import type { ImageSet } from '@resnet-ts/data-pipelines';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { PixelImage } from '@resnet-ts/evaluation';
import type { OpenedImages } from './opened-images.js';

/**
 * A data set in memory as whole images. At its own size an image is as it is stored; at others it is scaled by sharp
 * (`linear`, as images of folders are), which is loaded only then.
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
    ...{ name, classNames, set, size: set.count, broken: [] },
    label: (index) => set.labels[index] ?? Number.NaN,
    id: String,
    image: (index, shorterSide) => {
      const image = stored(index);
      return shorterSide === Math.min(height, width) ? image : scaled(image, shorterSide);
    },
  };
}

async function scaled(image: PixelImage, shorterSide: number): Promise<PixelImage> {
  const { default: sharp } = await import('sharp');
  const { height, width, channels, values } = image;
  if (channels !== 1 && channels !== 3) {
    throw new DataError('image', expected('1 or 3 channels', 'an image that is scaled', channels));
  }
  const ratio = shorterSide / Math.min(height, width);
  const size = { height: Math.floor(height * ratio), width: Math.floor(width * ratio) };
  const larger = { height: Math.max(shorterSide, size.height), width: Math.max(shorterSide, size.width) };
  const pixels = await sharp(values, { raw: { height, width, channels } })
    .resize(larger.width, larger.height, { fit: 'fill', kernel: 'linear' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { ...larger, channels, values: pixels };
}
