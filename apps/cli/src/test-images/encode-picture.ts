import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { PixelImage } from '@resnet-ts/evaluation';

/** A picture for a page or a file. */
export interface EncodedPicture {
  readonly type: 'image/png';
  readonly bytes: Uint8Array;
}

/** Encodes grey or coloured pixels, 0–255. */
export async function encodePicture({ height, width, channels, values }: PixelImage): Promise<EncodedPicture> {
  if (channels !== 1 && channels !== 3) {
    throw new DataError('image', expected('1 or 3 channels', 'a picture', channels));
  }
  const { default: sharp } = await import('sharp');
  const pixels = values instanceof Float32Array ? Uint8ClampedArray.from(values) : values;
  return { type: 'image/png', bytes: await sharp(pixels, { raw: { height, width, channels } }).png().toBuffer() };
}
