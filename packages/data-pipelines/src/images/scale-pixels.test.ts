import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderImage } from './render-image.js';
import { scalePixels } from './scale-pixels.js';
import { shorterSideSize } from './view.js';

const [width, height] = [37, 29];
const values = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 251);

describe('scalePixels', () => {
  it.each([['linear', 41] as const, ['linear', 16] as const, ['cubic', 58] as const])(
    'scales as the images of files are, to the bit: %s to %i',
    async (kernel, side) => {
      const file = await sharp(values, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      const frame = (width: number, height: number) => shorterSideSize(width, height, side);
      const wanted = await renderImage(file, { frame, kernel });
      const scaled = scalePixels({ width, height, channels: 3, values }, side, kernel);
      expect([scaled.width, scaled.height]).toEqual([wanted.width, wanted.height]);
      expect(Buffer.compare(scaled.values, wanted.values)).toBe(0);
    },
  );

  it('scales grey as a colour of its own', () => {
    const grey = values.filter((_, at) => at % 3 === 0);
    const scaled = scalePixels({ width, height, channels: 1, values: grey }, 41);
    const repeated = Uint8Array.from({ length: values.length }, (_, at) => grey[Math.floor(at / 3)] ?? 0);
    const coloured = scalePixels({ width, height, channels: 3, values: repeated }, 41);
    expect(scaled).toMatchObject({ height: 41, width: 52, channels: 1 });
    expect([...scaled.values]).toEqual([...coloured.values.filter((_, at) => at % 3 === 1)]);
  });

  it('refuses other channels, and sizes beyond memory', () => {
    expect(() => scalePixels({ width: 1, height: 1, channels: 4, values: new Uint8Array(4) }, 2)).toThrow(/1 or 3/);
    expect(() => scalePixels({ width, height, channels: 3, values }, 5000)).toThrow(/at most 4 million pixels/);
  });
});
