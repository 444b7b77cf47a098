import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { gradient, jpeg } from '../__fixtures__/pictures.js';
import { planView, resampleJpeg, resamplePixels } from './resample-view.js';
import { renderImage } from './render-image.js';
import type { ResamplingKernel } from './resampling-weights.js';
import type { Rectangle } from './view.js';

type Corners = readonly [number, number, number, number];
interface Goldens {
  readonly origin: string;
  readonly resized: readonly {
    readonly kernel: ResamplingKernel;
    readonly region: Corners;
    readonly size: readonly [number, number];
    readonly window: Corners;
    readonly sha256: string;
  }[];
  readonly jpegs: readonly {
    readonly options: object;
    readonly width: number;
    readonly height: number;
    readonly file: string;
    readonly sha256: string;
  }[];
}

const goldens = JSON.parse(
  readFileSync(new URL('../__fixtures__/pillow-images.json', import.meta.url), 'utf8'),
) as Goldens;

const digest = (values: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(values ?? 'declined')
    .digest('hex');
const rectangle = ([left, top, width, height]: Corners): Rectangle => ({ left, top, width, height });

/** The picture of make_image_goldens.py. */
function picture(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [colour, x, y] = [at % 3, Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const block = (Math.floor(x / 7) + Math.floor(y / 5)) % 3 === colour ? 200 : 0;
    return (x * (3 + 4 * colour) + y * 11 + ((x * y) % 19) * 9 + block) % 256;
  });
}

function part(values: Uint8Array, width: number, { left, top, ...size }: Rectangle): Uint8Array {
  const rows = Array.from({ length: size.height }, (_, row) => {
    const from = 3 * ((top + row) * width + left);
    return values.subarray(from, from + 3 * size.width);
  });
  return Uint8Array.from(Buffer.concat(rows));
}

/** Some pixels that no two neighbours share. */
const noise = (width: number, height: number) =>
  sharp(
    Uint8Array.from({ length: width * height * 3 }, (_, at) => (Math.imul(at + 1, 0x9e3779b1) >>> 13) & 255),
    {
      raw: { width, height, channels: 3 },
    },
  );

/** A JPEG as the module decodes it, without scaling. */
function decoded(bytes: Uint8Array, width: number, height: number, region?: Rectangle): Uint8Array | undefined {
  const size = { width: region?.width ?? width, height: region?.height ?? height };
  const plan = planView({ ...size, ...(region === undefined ? {} : { region }) }, 'nearest', width, height);
  return plan === undefined ? undefined : resampleJpeg(bytes, plan);
}

describe('resamplePixels', () => {
  it.each(goldens.resized)('has the bits of Pillow: $kernel, $region to $size, $window', (golden) => {
    const [width, height] = golden.size;
    const view = { width, height, region: rectangle(golden.region), window: rectangle(golden.window) };
    const plan = planView(view, golden.kernel, 61, 47);
    if (plan === undefined) throw new Error('no plan');
    expect(digest(resamplePixels(part(picture(61, 47), 61, plan.needed), plan))).toBe(golden.sha256);
  });

  it.each(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'] as const)(
    'keeps a constant picture constant and needs no pixel outside of it: %s',
    (kernel) => {
      fc.assert(
        fc.property(
          fc.record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 70 }) }),
          fc.record({ width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }) }),
          (from, to) => {
            const plan = planView(to, kernel, from.width, from.height);
            if (plan === undefined) throw new Error('no plan');
            const { left, top, width, height } = plan.needed;
            expect(Math.min(left, top, from.width - left - width, from.height - top - height)).toBeGreaterThanOrEqual(
              0,
            );
            const values = resamplePixels(new Uint8Array(width * height * 3).fill(201), plan);
            expect(values).toEqual(new Uint8Array(to.width * to.height * 3).fill(201));
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  it('leaves what would take too much memory to libvips', () => {
    expect(planView({ width: 2, height: 2 }, 'cubic', 4_000_001, 1)).toBeUndefined();
    expect(planView({ width: 2001, height: 2000 }, 'cubic', 9, 9)).toBeUndefined();
    expect(planView({ width: 2000, height: 1 }, 'cubic', 1, 16_385)).toBeUndefined();
    expect(planView({ width: 2000, height: 2000 }, 'cubic', 2000, 2000)).toBeDefined();
  });
});

describe('resampleJpeg', () => {
  it.each(goldens.jpegs)('has the bits of libjpeg as Pillow calls it: $options', ({ file, width, height, sha256 }) => {
    expect(digest(decoded(Buffer.from(file, 'base64'), width, height))).toBe(sha256);
  });

  it.each([
    ['4:2:0', 92, 16, 16],
    ['4:2:0', 100, 101, 77],
    ['4:2:0', 30, 250, 33],
    ['4:4:4', 100, 17, 33],
    ['4:4:4', 75, 64, 49],
  ])('has the bits of libjpeg as libvips calls it, whole and in parts: %s, quality %d, %d × %d', async (...picture) => {
    const [chromaSubsampling, quality, width, height] = picture;
    for (const image of [noise(width, height), gradient(width, height)]) {
      const bytes = await image.jpeg({ quality, chromaSubsampling }).toBuffer();
      const wanted = await sharp(bytes).raw().toBuffer();
      expect(digest(decoded(bytes, width, height))).toBe(digest(wanted));
      for (const region of [
        { left: 1, top: 1, width: width - 1, height: height - 2 },
        { left: width >> 1, top: height >> 1, width: 1, height: 1 },
        { left: width - 9, top: height - 7, width: 9, height: 7 },
        { left: 3, top: height >> 1, width: width - 6, height: 2 },
      ]) {
        expect(decoded(bytes, width, height, region)).toEqual(part(wanted, width, region));
      }
    }
  });

  it('leaves to libvips: progressive, grey, CMYK, tiny, cut short, longer than its end, without one', async () => {
    const whole = await jpeg(40, 30);
    const others = [
      await gradient(40, 30).jpeg({ progressive: true }).toBuffer(),
      await gradient(40, 30).toColourspace('b-w').jpeg().toBuffer(),
      await gradient(40, 30).toColourspace('cmyk').jpeg().toBuffer(),
      whole.subarray(0, whole.length - 30),
      whole.subarray(0, whole.length - 2),
      whole.subarray(0, 20),
    ];
    expect(decoded(whole, 40, 30)).toBeDefined();
    expect(decoded(Buffer.concat([whole, Buffer.from('more')]), 40, 30)).toBeDefined();
    for (const other of others) expect(decoded(other, 40, 30)).toBeUndefined();
    expect(decoded(await jpeg(15, 40), 15, 40)).toBeUndefined();
    // A frame that is smaller than its header was taken to say.
    expect(decoded(whole, 41, 30)).toBeUndefined();
  });

  it('decodes no altered JPEG that libvips refuses, and writes no pixel outside', async () => {
    const pictures = [
      await noise(48, 32).jpeg({ quality: 60 }).toBuffer(),
      await gradient(48, 32).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
      ...goldens.jpegs.map(({ file }) => Buffer.from(file, 'base64')),
    ];
    const slips = fc.array(fc.record({ at: fc.nat(1e6), to: fc.nat(255) }), {
      minLength: 1,
      maxLength: 3,
    });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pictures), slips, async (original, changes) => {
        const altered = Uint8Array.from(original);
        for (const { at, to } of changes) altered[at % altered.length] = to;
        const values = decoded(altered, 33, 16);
        if (values === undefined) return;
        accepted += 1;
        expect(values.length).toBe(33 * 16 * 3);
        await expect(sharp(altered, { failOn: 'error' }).raw().toBuffer()).resolves.toBeDefined();
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

describe('renderImage', () => {
  it('gives a view the same bits whether this package or libvips decodes it', async () => {
    const bytes = await noise(90, 70).jpeg({ quality: 90 }).toBuffer();
    const { values } = await renderImage(bytes, { kernel: 'cubic', frame: () => ({ width: 60, height: 47 }) });
    // The same pixels, but in a format that libvips must decode.
    const png = await sharp(bytes).png().toBuffer();
    const other = await renderImage(png, { kernel: 'cubic', frame: () => ({ width: 60, height: 47 }) });
    expect(values).toEqual(other.values);
  });
});
