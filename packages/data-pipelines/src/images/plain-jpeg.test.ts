import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { gradient, jpeg, png } from '../__fixtures__/pictures.js';
import { plainJpegSize } from './plain-jpeg.js';
import { renderImage } from './render-image.js';

/** The same picture with a marker of EXIF that says nothing, for the way of all other images. */
function withEmptyExif(bytes: Buffer): Buffer {
  const exif = Buffer.from('ffe10010457869660000', 'hex');
  return Buffer.concat([bytes.subarray(0, 2), exif, Buffer.from('4d4d002a00000008', 'hex'), bytes.subarray(2)]);
}

describe('plainJpegSize', () => {
  it('reads the size of baseline and progressive JPEGs', async () => {
    expect(plainJpegSize(await jpeg(37, 21))).toEqual({ width: 37, height: 21 });
    expect(plainJpegSize(await gradient(300, 2).jpeg({ progressive: true }).toBuffer())).toEqual({
      width: 300,
      height: 2,
    });
  });

  it('leaves everything else to the decoder: grey, CMYK, turned, with a profile, other formats, cut short', async () => {
    const whole = await jpeg(40, 30);
    const others = [
      await gradient(9, 9).toColourspace('b-w').jpeg().toBuffer(),
      await gradient(9, 9).toColourspace('cmyk').jpeg().toBuffer(),
      await gradient(9, 9).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      await gradient(9, 9).withIccProfile('p3').jpeg().toBuffer(),
      await png(9, 9),
      Buffer.alloc(0),
      withEmptyExif(whole),
    ];
    expect(others.map(plainJpegSize)).toEqual(others.map(() => undefined));
    const scan = whole.indexOf(Buffer.from('ffda', 'hex'));
    for (let length = 0; length < scan + 2; length += 1) {
      expect(plainJpegSize(whole.subarray(0, length))).toBeUndefined();
    }
  });

  it('makes no difference to pixels', async () => {
    const whole = await jpeg(140, 105);
    const other = withEmptyExif(whole);
    expect(await sharp(other).metadata()).toMatchObject({ width: 140, height: 105 });
    const window = { left: 13, top: 7, width: 64, height: 64 };
    for (const [width, height] of [
      [90, 80],
      [150, 130],
      [80, 71],
    ] as const) {
      const frame = () => ({ width, height, window });
      const plain = await renderImage(whole, { frame, kernel: 'cubic' });
      expect(plain).toEqual(await renderImage(other, { frame, kernel: 'cubic' }));
    }
  });
});
