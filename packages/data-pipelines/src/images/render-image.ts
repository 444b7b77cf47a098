import type { Sharp } from 'sharp';
import { imageFormat, isCutShort } from './image-format.js';
import { loadSharp, type SharpFactory } from './load-sharp.js';
import { type ImageSize, plainJpegSize } from './plain-jpeg.js';
import { planView, resampleJpeg, resamplePixels } from './resample-view.js';
import type { ResamplingKernel } from './resampling-weights.js';
import { UnreadableImage } from './unreadable-image.js';
import type { Framing, Rectangle, View } from './view.js';

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
 * a pixel is decoded. Scaled to the bit as Pillow does; only views of more than 4 million pixels are scaled by libvips, where
 * the decoder of a JPEG shrinks already.
 *
 * @throws UnreadableImage with the reason
 */
export async function renderImage(
  bytes: Uint8Array,
  { frame, kernel, limits: { bytes: mostBytes = MOST_BYTES, pixels: mostPixels = MOST_PIXELS } = {} }: RenderOptions,
): Promise<RenderedImage> {
  if (bytes.length > mostBytes) throw new UnreadableImage(`at most ${mostBytes} bytes`, `${bytes.length}`);
  if (imageFormat(bytes) === undefined) throw new UnreadableImage('a JPEG, PNG or WebP image', firstBytes(bytes));
  const checkedFrame = (width: number, height: number): View => {
    checkPixels('', width, height, mostPixels);
    const view = frame(width, height);
    checkPixels(' after scaling', view.width, view.height, mostPixels);
    return view;
  };
  const plain = plainJpegSize(bytes);
  if (plain !== undefined) {
    const view = checkedFrame(plain.width, plain.height);
    const plan = planView(view, kernel, plain.width, plain.height);
    const values = plan === undefined ? undefined : resampleJpeg(bytes, plan);
    if (values !== undefined) return checkedSize(values, view);
  }
  // Outside the block below: that sharp cannot be loaded is no fault of the image.
  const sharp = await loadSharp();
  try {
    return await renderBySharp(sharp, bytes, { plain, frame: checkedFrame, kernel, mostPixels });
  } catch (cause) {
    if (cause instanceof UnreadableImage) throw cause;
    // Not libvips's words: it keeps them in one place for all threads, where another image's error may take them away.
    const received = isCutShort(bytes) ? 'one that is cut short' : 'damaged data';
    throw new UnreadableImage('a whole image', received, { cause });
  }
}

/** Every kind of image; `plain` is the size of one that needs neither turning nor a change of colours. */
async function renderBySharp(
  sharp: SharpFactory,
  bytes: Uint8Array,
  options: { plain: ImageSize | undefined; frame: Framing; kernel: ResamplingKernel; mostPixels: number },
): Promise<RenderedImage> {
  const { plain, frame, kernel, mostPixels } = options;
  const { width, height } = plain ?? (await uprightSize(sharp, bytes));
  const view = frame(width, height);
  const plan = planView(view, kernel, width, height);
  const decode = async (change: (image: Sharp) => Sharp): Promise<Uint8Array> => {
    // `error`: a truncated image is refused, one with a strange comment is not.
    const image = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' });
    if (plain === undefined) image.autoOrient();
    change(image);
    // Each further step costs a tenth of the time that decoding takes, also where it changes nothing.
    if (plain === undefined) image.flatten({ background: 'white' }).toColourspace('srgb');
    return await image.raw().toBuffer();
  };
  const extract = (image: Sharp, part: Rectangle | undefined): Sharp =>
    part === undefined || covers(part, width, height) ? image : image.extract(part);

  if (plan !== undefined) {
    const pixels = await decode((image) => extract(image, plan.needed));
    checkValues(pixels, plan.needed);
    const values = resamplePixels(pixels, plan);
    if (values !== undefined) return checkedSize(values, view);
  }
  const { region, window } = view;
  const values = await decode((image) => {
    const scaled = extract(image, region).resize(view.width, view.height, { fit: 'fill', kernel });
    return window === undefined ? scaled : scaled.extract(window);
  });
  return checkedSize(values, view);
}

async function uprightSize(sharp: SharpFactory, bytes: Uint8Array): Promise<{ width: number; height: number }> {
  // Without a limit, so that the size of a picture that is too large can be told; only the header is read.
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
  return autoOrient;
}

function covers(region: Rectangle, width: number, height: number): boolean {
  return region.left === 0 && region.top === 0 && region.width === width && region.height === height;
}

function checkPixels(when: string, width: number, height: number, mostPixels: number): void {
  if (width * height <= mostPixels) return;
  throw new UnreadableImage(`at most ${mostPixels} pixels${when}`, `${width} × ${height}`);
}

function checkedSize(values: Uint8Array, { width, height, window }: View): RenderedImage {
  const size = { width: window?.width ?? width, height: window?.height ?? height };
  checkValues(values, size);
  return { ...size, channels: 3, values };
}

function checkValues(values: Uint8Array, { width, height }: ImageSize): void {
  const wanted = width * height * 3;
  if (values.length !== wanted) throw new UnreadableImage(`${wanted} values`, `${values.length}`);
}

function firstBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  return `a file that starts with the bytes ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
}
