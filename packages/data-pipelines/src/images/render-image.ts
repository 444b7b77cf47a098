import { imageFormat, isCutShort } from './image-format.js';
import { loadSharp, type SharpFactory } from './load-sharp.js';
import { plainJpegSize } from './plain-jpeg.js';
import { UnreadableImage } from './unreadable-image.js';
import type { Framing, View } from './view.js';

/** How samples are interpolated, named as sharp does; `linear` is Pillow's bilinear, `cubic` its bicubic. */
export type ResamplingKernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';

export interface ImageLimits {
  /** Of the encoded image. Default 64 MiB. */
  readonly bytes?: number;
  /** Of the image, and of what it is scaled to. Default 64 million: more than any camera users are likely to have. */
  readonly pixels?: number;
}

export interface RenderOptions {
  readonly frame: Framing;
  readonly kernel: ResamplingKernel;
  readonly limits?: ImageLimits | undefined;
}

/** Red, green and blue, 0–255, `[height, width, 3]`. */
export interface RenderedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly values: Uint8Array;
}

/** Of an encoded image: the largest of ILSVRC has 15 MB. */
export const MOST_BYTES = 64 * 2 ** 20;
const MOST_PIXELS = 64_000_000;

/**
 * Decodes one view of an image: turned upright by EXIF, red, green and blue of 8 bits (grey, CMYK and 16 bits are
 * converted, an embedded profile is applied, transparency is laid over white). Sizes are checked by the header before
 * a pixel is decoded. Where the view shrinks a whole JPEG to half or less, its decoder shrinks already.
 *
 * @throws UnreadableImage with the reason
 */
export async function renderImage(
  bytes: Uint8Array,
  { frame, kernel, limits: { bytes: mostBytes = MOST_BYTES, pixels: mostPixels = MOST_PIXELS } = {} }: RenderOptions,
): Promise<RenderedImage> {
  if (bytes.length > mostBytes) throw new UnreadableImage(`at most ${mostBytes} bytes`, `${bytes.length}`);
  if (imageFormat(bytes) === undefined) throw new UnreadableImage('a JPEG, PNG or WebP image', firstBytes(bytes));
  // Outside the block below: that sharp cannot be loaded is no fault of the image.
  const sharp = await loadSharp();
  try {
    return await render(sharp, bytes, { frame, kernel, mostPixels });
  } catch (cause) {
    if (cause instanceof UnreadableImage) throw cause;
    // Not libvips's words: it keeps them in one place for all threads, where another image's error may take them away.
    const received = isCutShort(bytes) ? 'one that is cut short' : 'damaged data';
    throw new UnreadableImage('a whole image', received, { cause });
  }
}

async function render(
  sharp: SharpFactory,
  bytes: Uint8Array,
  { frame, kernel, mostPixels }: { frame: Framing; kernel: ResamplingKernel; mostPixels: number },
): Promise<RenderedImage> {
  const plain = plainJpegSize(bytes);
  const { width, height } = plain ?? (await uprightSize(sharp, bytes));
  checkPixels('', width, height, mostPixels);
  const view = frame(width, height);
  checkPixels(' after scaling', view.width, view.height, mostPixels);
  // `error`: a truncated image is refused, one with a strange comment is not.
  const image = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' });
  if (plain === undefined) image.autoOrient();
  if (view.region !== undefined && !covers(view.region, width, height)) image.extract(view.region);
  image.resize(view.width, view.height, { fit: 'fill', kernel });
  if (view.window !== undefined) image.extract(view.window);
  // Each further step costs a tenth of the time that decoding takes, also where it changes nothing.
  if (plain === undefined) image.flatten({ background: 'white' }).toColourspace('srgb');
  const values = await image.raw().toBuffer();
  return checkedSize(values, view);
}

async function uprightSize(sharp: SharpFactory, bytes: Uint8Array): Promise<{ width: number; height: number }> {
  // Without a limit, so that the size of a picture that is too large can be told; only the header is read.
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  return autoOrient;
}

function covers(region: { left: number; top: number; width: number; height: number }, width: number, height: number) {
  return region.left === 0 && region.top === 0 && region.width === width && region.height === height;
}

function checkPixels(when: string, width: number, height: number, mostPixels: number): void {
  if (width * height <= mostPixels) return;
  throw new UnreadableImage(`at most ${mostPixels} pixels${when}`, `${width} × ${height}`);
}

function checkedSize(values: Uint8Array, { width, height, window }: View): RenderedImage {
  const size = { width: window?.width ?? width, height: window?.height ?? height };
  const wanted = size.width * size.height * 3;
  if (values.length !== wanted) throw new UnreadableImage(`${wanted} values`, `${values.length}`);
  return { ...size, channels: 3, values };
}

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  return `a file that starts with the bytes ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
}
