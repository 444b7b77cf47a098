import { DataError } from '@resnet-ts/tensor-ops';
import sharp from 'sharp';

/** 64 million pixels: more than any camera a user is likely to have, and a bound on what a hostile file can allocate. */
const mostPixels = 64_000_000;

/**
 * Reads an image file and brings it to the size a network takes: turned upright, scaled until it covers the size, and
 * cropped around the centre. Transparency is laid over white.
 *
 * @param shape `[H, W, C]` with C 1 (grey) or 3 (red, green, blue)
 * @returns `[H · W · C]`, 0–255, channels last
 * @throws DataError for a file that is missing, no image, damaged or too large
 */
export async function decodeImage(path: string, shape: readonly [number, number, number]): Promise<Uint8Array> {
  const [height, width, channels] = shape;
  try {
    const pixels = await sharp(path, { limitInputPixels: mostPixels, failOn: 'error' })
      .rotate()
      .resize(width, height, { fit: 'cover' })
      .flatten({ background: 'white' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    if (pixels.length !== height * width * channels) {
      throw new Error(`decoded to ${pixels.length} bytes, expected ${height}×${width}×${channels}`);
    }
    return pixels;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^Input file: ?/, '') : String(cause);
    throw new DataError(path, `cannot be used as an image: ${reason}`, { cause });
  }
}
