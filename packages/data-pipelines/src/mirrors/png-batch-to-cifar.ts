import { DataError, expected } from '@resnet-ts/tensor-ops';
import { basename } from 'node:path';

const PIXELS = 32 * 32;

/** A picture with one 32×32 image a row (1024 pixels, row-major) and the label of each row. */
export interface PngBatch {
  /** Path of the PNG file, RGB, `1024 × labels.length`. */
  readonly picture: string;
  readonly labels: Uint8Array;
}

/**
 * Rewrites a picture of images to CIFAR-10's binary layout: for each row one label byte, then the red, the green and
 * the blue plane.
 *
 * @throws DataError when the picture has other sizes or cannot be decoded.
 */
export async function pngBatchToCifar({ picture, labels }: PngBatch): Promise<Uint8Array> {
  const pixels = await decodeRgb(picture, labels.length);
  const records = new Uint8Array(labels.length * (1 + 3 * PIXELS));
  for (let row = 0; row < labels.length; row += 1) {
    const to = row * (1 + 3 * PIXELS);
    records[to] = labels[row] ?? 0;
    for (let pixel = 0; pixel < PIXELS; pixel += 1) {
      const from = 3 * (row * PIXELS + pixel);
      for (let channel = 0; channel < 3; channel += 1) {
        records[to + 1 + channel * PIXELS + pixel] = pixels[from + channel] ?? 0;
      }
    }
  }
  return records;
}

/** Decodes to `[rows, 1024, 3]` bytes; the header's sizes are checked before a pixel is decoded. */
async function decodeRgb(picture: string, rows: number): Promise<Uint8Array> {
  // Loaded only here: everything but this mirror works where sharp's binary is missing.
  const { default: sharp } = await import('sharp');
  const image = sharp(picture, { limitInputPixels: PIXELS * rows });
  try {
    const { format, width, height, channels } = await image.metadata();
    const found = `${format} ${width}×${height} with ${channels} channels`;
    const wanted = `png ${PIXELS}×${rows} with 3 channels`;
    if (found !== wanted) throw new DataError(basename(picture), expected(wanted, 'the picture', found));
    return await image.raw().toBuffer();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(basename(picture), expected('a whole PNG picture', 'the file', String(cause)), { cause });
  }
}
