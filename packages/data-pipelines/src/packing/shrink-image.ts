import { loadSharp } from '../images/load-sharp.js';
import { plainJpegSize } from '../images/plain-jpeg.js';
import { type ImageLimits, renderImage } from '../images/render-image.js';
import { shorterSideSize } from '../images/view.js';

/** What became of an image: its own bytes; or a JPEG of it at its own size; or a smaller one. */
export type Shrinking = 'kept' | 'converted' | 'scaled';

export interface ShrunkImage {
  readonly bytes: Uint8Array;
  readonly how: Shrinking;
}

export interface ShrinkOptions {
  /** Longest shorter side that an image keeps, pixels. */
  readonly shorterSide: number;
  /** Of JPEG, 1–100. */
  readonly quality: number;
  readonly limits?: ImageLimits | undefined;
}

/** Shorter side of what is decoded of an image that keeps its bytes: all of them are read for it. */
const PROBE_SIDE = 32;

/**
 * An encoded image as a JPEG whose shorter side is at most `shorterSide`. One that is such already, three colours and
 * nothing to turn or to convert, keeps its bytes and so its pixels. Every other one is decoded as for training, scaled
 * down by the same filter where it is larger, and encoded anew with all of its colours (4:4:4).
 *
 * @throws UnreadableImage with the reason, for one that is damaged
 */
export async function shrinkImage(
  bytes: Uint8Array,
  { shorterSide, quality, limits }: ShrinkOptions,
): Promise<ShrunkImage> {
  const plain = plainJpegSize(bytes);
  if (plain !== undefined && Math.min(plain.width, plain.height) <= shorterSide) {
    const frame = (width: number, height: number) => shorterSideSize(width, height, PROBE_SIDE);
    await renderImage(bytes, { frame, kernel: 'nearest', limits });
    return { bytes, how: 'kept' };
  }
  let how: Shrinking = 'converted';
  const frame = (width: number, height: number) => {
    if (Math.min(width, height) <= shorterSide) return { width, height };
    how = 'scaled';
    return shorterSideSize(width, height, shorterSide);
  };
  const { width, height, channels, values } = await renderImage(bytes, { frame, kernel: 'linear', limits });
  const sharp = await loadSharp();
  const encoded = await sharp(values, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return { bytes: encoded, how };
}
