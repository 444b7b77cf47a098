import { DataError, describe, expected } from '@resnet-ts/tensor-ops';

/** One decoded image, row-major `[height, width, channels]`. */
export interface PixelImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** As the model is to be given them before its own preparation: 0–255, as a rule. */
  readonly values: Uint8Array | Uint8ClampedArray | Float32Array;
}

/**
 * A labelled set of whole images for the test protocols. Decoding and resizing are the provider's: it gives an image at
 * the size asked for, with its aspect kept and nothing cut off.
 *
 * @example
 * const images: TestImages = {
 *   size: files.length,
 *   label: (index) => labels[index],
 *   image: (index, shorterSide) => decode(files[index], { shorterSide }),
 * };
 */
export interface TestImages {
  /** How many images there are. */
  readonly size: number;
  /** The class of image `index`, from 0. */
  label(index: number): number;
  /**
   * @param shorterSide of the image wanted, pixels
   * @returns undefined for an image that cannot be decoded and is to be left out
   */
  image(index: number, shorterSide: number): PixelImage | undefined | Promise<PixelImage | undefined>;
}

/** @throws DataError naming the image, when its pixels do not fit its size or it was not resized as asked */
export function assertPixelImage(image: PixelImage, index: number, shorterSide: number): void {
  const { height, width, channels, values } = image;
  const where = `image ${index}`;
  for (const [name, size] of Object.entries({ height, width, channels })) {
    if (!Number.isSafeInteger(size) || size < 1) throw new DataError(where, expected('an integer >= 1', name, size));
  }
  if (values.length !== height * width * channels) {
    const wanted = `${height}·${width}·${channels} values`;
    throw new DataError(where, `expected ${wanted}, received ${describe(values.length)}`);
  }
  if (Math.min(height, width) !== shorterSide) {
    throw new DataError(where, expected(`a shorter side of ${shorterSide} pixels`, 'the image', [height, width]));
  }
}
