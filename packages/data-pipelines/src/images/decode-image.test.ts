import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { gradient, jpeg, png, rawPng } from '../__fixtures__/pictures.js';
import { decodeImage } from './decode-image.js';

const source = 'picture';
/** Red and green tell where in the gradient a pixel lies. */
function pixel(image: { width: number; values: Uint8Array }, column: number, row: number): number[] {
  return [...image.values.subarray(3 * (row * image.width + column), 3 * (row * image.width + column) + 3)];
}

describe('decodeImage', () => {
  it('keeps the size, or scales to a shorter side with the longer rounded down, and cuts the centre', async () => {
    const bytes = await png(50, 37);
    expect(await decodeImage(bytes, { source })).toMatchObject({ width: 50, height: 37, channels: 3 });
    expect(pixel(await decodeImage(bytes, { source }), 49, 0)).toEqual([255, 0, 60]);
    expect(await decodeImage(bytes, { source, shorterSide: 20 })).toMatchObject({ width: 27, height: 20 });
    expect(await decodeImage(await png(37, 50), { source, shorterSide: 74 })).toMatchObject({ width: 74, height: 100 });
    const centre = await decodeImage(bytes, { source, shorterSide: 37, crop: 11 });
    expect(centre).toMatchObject({ width: 11, height: 11 });
    // Columns (50 − 11) / 2 = 19.5 → 20 (half to even), rows 13.
    expect(pixel(centre, 0, 0)).toEqual([Math.round((255 * 20) / 49), Math.round((255 * 13) / 36), 60]);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('reads %s by its first bytes', async (format) => {
    const bytes = await gradient(40, 30).toFormat(format, { quality: 100 }).toBuffer();
    const image = await decodeImage(bytes, { source });
    expect(pixel(image, 20, 15)[0]).toBeGreaterThan(110);
    expect(pixel(image, 20, 15)[0]).toBeLessThan(150);
  });

  it('makes colours of grey, CMYK, 16 bits and transparency', async () => {
    const grey = await decodeImage(await gradient(16, 16).toColourspace('b-w').png().toBuffer(), { source });
    expect(new Set(pixel(grey, 8, 8)).size).toBe(1);
    const cmyk = await decodeImage(await gradient(32, 32).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), {
      source,
    });
    expect(cmyk.values.length).toBe(32 * 32 * 3);
    expect(pixel(cmyk, 31, 0)[0]).toBeGreaterThan(180);
    // Filter byte 0, then one 16-bit grey pixel a row: 0x8123 is 129 of 255.
    const deep = rawPng(1, 2, { depth: 16, colour: 0, data: Uint8Array.of(0, 0x81, 0x23, 0, 0x81, 0x23) });
    expect(pixel(await decodeImage(deep, { source }), 0, 0)).toEqual([129, 129, 129]);
    const half = await sharp({ create: { width: 4, height: 4, channels: 4, background: '#ff000080' } })
      .png()
      .toBuffer();
    expect(pixel(await decodeImage(half, { source }), 1, 1)).toEqual([255, 127, 127]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns EXIF orientation %d upright, also when it scales and crops', async (tag) => {
    const bytes = await gradient(60, 40).withMetadata({ orientation: tag }).jpeg({ quality: 100 }).toBuffer();
    const upright = await decodeImage(bytes, { source });
    expect([upright.width, upright.height]).toEqual(tag < 5 ? [60, 40] : [40, 60]);
    // Which corner of the stored picture comes to the upper left, by EXIF's table.
    const [right = NaN, down = NaN] =
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ][tag - 1] ?? [];
    const [red, green] = pixel(upright, 0, 0);
    expect(Math.abs((red ?? NaN) - 255 * right)).toBeLessThan(25);
    expect(Math.abs((green ?? NaN) - 255 * down)).toBeLessThan(25);
    const crop = await decodeImage(bytes, { source, shorterSide: 30, crop: 30 });
    expect(
      pixel(crop, 15, 15)
        .slice(0, 2)
        .every((value) => Math.abs(value - 128) < 12),
    ).toBe(true);
  });

  it('takes a picture of one pixel, and one that must shrink a lot', async () => {
    expect(await decodeImage(await png(1, 1), { source, shorterSide: 256, crop: 224 })).toMatchObject({ width: 224 });
    const large = await decodeImage(await jpeg(1600, 1200), { source, shorterSide: 64 });
    expect(large).toMatchObject({ width: 85, height: 64 });
    expect(Math.abs((pixel(large, 42, 32)[0] ?? NaN) - 128)).toBeLessThan(4);
    // More than 4 million pixels: libvips scales.
    const larger = await decodeImage(await jpeg(2400, 1800), { source, shorterSide: 64, crop: 60 });
    expect(larger).toMatchObject({ width: 60, height: 60 });
    expect(Math.abs((pixel(larger, 30, 30)[0] ?? NaN) - 128)).toBeLessThan(4);
  });

  it('refuses, with name and reason, what is no image, too large or too long, before it is decoded', async () => {
    const huge = rawPng(20_000, 20_000, { depth: 8, colour: 2, data: new Uint8Array(10) });
    const bytes = await jpeg(64, 64);
    await expect(decodeImage(huge, { source })).rejects.toMatchObject({
      ...{ code: 'ERR_DATA', source },
      message: 'picture: expected at most 64000000 pixels for the image, received "20000 × 20000"',
    });
    await expect(decodeImage(await png(1, 2000), { source, shorterSide: 480 })).rejects.toThrow('pixels after scaling');
    await expect(decodeImage(bytes, { source, limits: { bytes: 100 } })).rejects.toThrow('expected at most 100 bytes');
    await expect(decodeImage(Buffer.from('no picture'), { source })).rejects.toThrow(
      'picture: expected a JPEG, PNG or WebP image for the image, received "a file that starts with the bytes 6e6f2070',
    );
    await expect(decodeImage(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), { source })).rejects.toThrow(
      'expected a JPEG, PNG or WebP image',
    );
    await expect(decodeImage(new Uint8Array(), { source })).rejects.toThrow('an empty file');
    await expect(decodeImage(bytes, { source, crop: 3 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
  });

  it('ends any cut or altered image in pixels or a DataError', async () => {
    const pictures = [await jpeg(48, 32), await png(48, 32), await gradient(48, 32).webp().toBuffer()];
    for (const picture of pictures) {
      await expect(decodeImage(picture.subarray(0, picture.length / 2), { source })).rejects.toMatchObject({
        ...{
          code: 'ERR_DATA',
          message: expect.stringContaining('a whole image for the image, received "one that is cut short"'),
        },
      });
    }
    const slip = fc.record({
      picture: fc.constantFrom(...pictures),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      to: fc.nat(255),
    });
    await fc.assert(
      fc.asyncProperty(slip, async ({ picture, at, to }) => {
        const altered = Uint8Array.from(picture);
        altered[Math.floor(at * picture.length)] = to;
        const outcome = await decodeImage(altered, { source, shorterSide: 24 }).catch((error: unknown) => error);
        expect(outcome).toMatchObject(outcome instanceof Error ? { code: 'ERR_DATA' } : { channels: 3 });
      }),
      { numRuns: 60 },
    );
  });
});
