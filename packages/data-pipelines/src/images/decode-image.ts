import { DataError, expected } from '@resnet-ts/tensor-ops';
import { checkInteger } from '../batches/check-batch-options.js';
import { type ImageLimits, type RenderedImage, renderImage } from './render-image.js';
import type { ResamplingKernel } from './resampling-weights.js';
import { UnreadableImage } from './unreadable-image.js';
import { centreWindow, shorterSideSize } from './view.js';

export interface DecodeImageOptions {
  /** The image's name, for messages. */
  readonly source: string;
  /** Scale to this shorter side, pixels, keeping the aspect. Default: the size it has. */
  readonly shorterSide?: number;
  /** Then cut this square out of the centre, pixels; at most `shorterSide`, which it needs. */
  readonly crop?: number;
  /** Default `linear`. */
  readonly kernel?: ResamplingKernel;
  readonly limits?: ImageLimits;
}

/**
 * Decodes a JPEG, PNG or WebP image, whatever its name, to red, green and blue: upright, grey, CMYK and 16 bits
 * converted, transparency over white. The bytes are hostile until decoded: length, format and pixels are checked
 * before memory is taken.
 *
 * @returns `[height, width, 3]`, 0–255
 * @throws DataError naming the image and the reason; ArgumentError for sizes that do not fit
 * @example
 * const { width, height, values } = await decodeImage(await readFile('cat.jpg'), { source: 'cat.jpg', shorterSide: 256 });
 */
export async function decodeImage(
  bytes: Uint8Array,
  { source, shorterSide, crop, kernel = 'linear', limits }: DecodeImageOptions,
): Promise<RenderedImage> {
  if (shorterSide !== undefined) checkInteger('shorterSide', shorterSide, 1, 8192);
  if (crop !== undefined) checkInteger('crop', crop, 1, shorterSide ?? 0);
  const frame = (width: number, height: number) => {
    const size = shorterSide === undefined ? { width, height } : shorterSideSize(width, height, shorterSide);
    return crop === undefined ? size : { ...size, window: centreWindow(size.width, size.height, crop) };
  };
  try {
    return await renderImage(bytes, { frame, kernel, limits });
  } catch (cause) {
    throw namedImageError(source, cause);
  }
}

/** The error of one image under its name; an error of another kind comes back as it is. */
export function namedImageError(source: string, cause: unknown): unknown {
  if (!(cause instanceof UnreadableImage)) return cause;
  return new DataError(source, expected(cause.wanted, 'the image', cause.received), { cause });
}
