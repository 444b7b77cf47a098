import { namedImageError } from '../images/decode-image.js';
import { type ImageLimits, type RenderedImage, renderImage } from '../images/render-image.js';
import type { ResamplingKernel } from '../images/resampling-weights.js';
import { shorterSideSize } from '../images/view.js';
import type { ImageSource } from './image-source.js';
import { createLocationReader } from './read-location.js';

/** A labelled set of whole images, as the test protocols of the evaluation package take it (`TestImages`). */
export interface WholeImages {
  readonly size: number;
  label(index: number): number;
  /** The image scaled to a shorter side, pixels, nothing cut off: `[height, width, 3]`, 0–255. */
  image(index: number, shorterSide: number): Promise<RenderedImage>;
}

export interface WholeImagesOptions {
  /** Default `linear`. */
  readonly kernel?: ResamplingKernel;
  readonly limits?: ImageLimits;
}

/**
 * Images for ten crops and for the fully convolutional form at several scales (paper §3.4): each is decoded at the
 * shorter side that the protocol asks for, and not kept.
 *
 * @throws from `image`: DataError naming an image that cannot be decoded; leave those out with `checkImages` first
 * @example
 * const { whole } = await checkImages(await openImageFolder('imagenet/val'));
 * const images = wholeImages(whole);
 * const { width, height } = await images.image(0, 256);
 */
export function wholeImages(source: ImageSource, { kernel = 'linear', limits }: WholeImagesOptions = {}): WholeImages {
  const reader = createLocationReader(limits?.bytes);
  return {
    size: source.count,
    label: (index) => source.label(index),
    async image(index, shorterSide) {
      const frame = (width: number, height: number) => shorterSideSize(width, height, shorterSide);
      try {
        return await renderImage(await reader.read(source.location(index)), { frame, kernel, limits });
      } catch (cause) {
        throw namedImageError(source.id(index), cause);
      }
    },
  };
}
