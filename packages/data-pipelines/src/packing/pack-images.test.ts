import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { renderImage } from '../images/render-image.js';
import { shorterSideSize } from '../images/view.js';
import type { ImageSource } from '../sources/image-source.js';
import { locateTestImages } from '../sources/locate-images.js';
import { openImagePlace } from '../sources/open-image-place.js';
import { type ImageSets, openImageSets } from '../sources/open-image-sets.js';
import { createLocationReader } from '../sources/read-location.js';
import { packImages } from './pack-images.js';
import { shrinkImage } from './shrink-image.js';

const temporaryFolder = useTemporaryFolders();
/** The shorter sides of the nine pictures are 40, 43, 46, 46, 44, 42, 40, 38, 36; two are PNGs named as JPEGs. */
const options = { shorterSide: 43, imagesPerShard: 4 };

let sets: ImageSets;
let folder: string;
beforeAll(async () => {
  // Not by the fixture, which removes folders after each test.
  folder = await mkdtemp(join(tmpdir(), 'resnet-pack-'));
  await pictureFolder(join(folder, 'train'), { broken: true });
  await pictureFolder(join(folder, 'val'), { pictures: 3 });
  sets = await openImageSets(folder);
  return () => rm(folder, { recursive: true });
});

/** SHA-256 of every file, by name. */
async function filesOf(packed: string): Promise<Record<string, string>> {
  const names = (await readdir(packed)).sort();
  const sum = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(packed, name)))
      .digest('hex');
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await sum(name)])));
}

const bytesOf = (source: ImageSource, index: number) => createLocationReader().read(source.location(index));

describe('packImages', () => {
  it('writes shards that open like the folder, with the classes of it, broken images left out and named', async () => {
    const packed = await temporaryFolder();
    const progress: number[] = [];
    const { train, validation } = await packImages(sets, packed, {
      ...options,
      onProgress: (done) => progress.push(done),
    });
    expect(train).toMatchObject({ kept: 4, converted: 2, scaled: 3 });
    expect(train.broken.map(({ id }) => id)).toEqual(['n0/text.jpg', 'n1/truncated.jpg', 'n2/empty.png']);
    expect(validation).toMatchObject({ broken: [] });
    expect(progress).toEqual(Array.from({ length: 15 }, (_, done) => done + 1));
    expect((await readdir(packed)).filter((name) => name.endsWith('.tar')).sort()).toEqual([
      ...['train-00000.tar', 'train-00001.tar', 'train-00002.tar', 'val-00000.tar'],
    ]);

    const opened = await openImageSets(packed);
    expect(opened).toMatchObject({ layout: 'tar shards', train: { count: 9 }, validation: { count: 3 } });
    expect(opened.train.classNames).toEqual(['n0', 'n1', 'n2']);
    expect(opened.train.id(0)).toBe('train-00000.tar/00000000');
    const whole = Array.from({ length: sets.train.count }, (_, index) => index).filter(
      (index) => !train.broken.some(({ id }) => id === sets.train.id(index)),
    );
    let kept = 0;
    for (const [place, index] of whole.entries()) {
      expect(opened.train.label(place)).toBe(sets.train.label(index));
      const [bytes, original] = [await bytesOf(opened.train, place), await bytesOf(sets.train, index)];
      const before = await sharp(original).metadata();
      const after = await sharp(bytes).metadata();
      const side = Math.min(43, before.width, before.height);
      expect([after.format, Math.min(after.width, after.height)]).toEqual(['jpeg', side]);
      if (Buffer.compare(bytes, original) === 0) kept += 1;
    }
    expect(kept).toBe(4);
  });

  it('goes on where it was interrupted, to the same bytes, and does nothing that is done', async () => {
    const [whole, packed] = [await temporaryFolder(), await temporaryFolder()];
    await packImages(sets, whole, options);
    const wanted = await filesOf(whole);
    for (const at of [1, 6, 13]) {
      const interrupted = packImages(sets, packed, {
        ...options,
        onProgress: (done) => {
          if (done === at) throw new Error('interrupted');
        },
      });
      await expect(interrupted).rejects.toThrow('interrupted');
      for (const [name, sum] of Object.entries(await filesOf(packed))) expect(sum, name).toBe(wanted[name]);
    }
    const again = await packImages(sets, packed, options);
    expect(await filesOf(packed)).toEqual(wanted);
    expect(again).toEqual(await packImages(sets, whole, options));
    // A shard without its report, or with a damaged one, or a report without its shard.
    await rm(join(packed, 'train-00000.json'));
    await writeFile(join(packed, 'train-00001.json'), '{"kept":1}');
    await rm(join(packed, 'val-00000.tar'));
    expect(await packImages(sets, packed, options)).toEqual(again);
    expect(await filesOf(packed)).toEqual(wanted);
  });

  it('refuses a folder of other images or other options, and options out of range', async () => {
    const packed = await temporaryFolder();
    await packImages(sets, packed, options);
    await expect(packImages(sets, packed, { ...options, quality: 90 })).rejects.toThrow(/take another folder/);
    const fewer = { ...sets, train: sets.validation };
    await expect(packImages(fewer, packed, options)).rejects.toMatchObject({ code: 'ERR_DATA' });
    await expect(packImages(sets, packed, { quality: 101 })).rejects.toThrow(/from 1 to 100 for quality/);
    await expect(packImages(sets, join(folder, 'val', 'n0', 'p000.JPEG'), options)).rejects.toMatchObject({
      code: 'ERR_DATA',
    });
  });

  it('stops at the first broken image where it is told so, and leaves no part of a shard', async () => {
    const packed = await temporaryFolder();
    await expect(packImages(sets, packed, { ...options, onBroken: 'fail' })).rejects.toMatchObject({
      code: 'ERR_DATA',
      source: 'n0/text.jpg',
    });
    expect((await readdir(packed)).sort()).toEqual(['classes.json', 'packed.json']);
  });

  it('gives images that a network of other classes is not tested on', async () => {
    const packed = await temporaryFolder();
    await packImages(sets, packed, options);
    const open = async (classNames: readonly string[]) => {
      const place = await locateTestImages(packed, classNames);
      return place === undefined ? undefined : await openImagePlace(place, { classNames });
    };
    expect(await open(['n0', 'n1', 'n2'])).toMatchObject({ count: 3 });
    await expect(open(['cat', 'dog', 'owl'])).rejects.toThrow('expected the classes cat, dog, owl for the file');
    for (const damaged of ['no JSON', '["n0","n0","n2"]', '{}', '["n0",1,2]']) {
      await writeFile(join(packed, 'classes.json'), damaged);
      await expect(open(['n0', 'n1', 'n2'])).rejects.toThrow('a JSON list of different names');
    }
  });
});

describe('shrinkImage', () => {
  it('changes pixels of training by little more than rounding does', async () => {
    // Smooth and sharp at once, as photographs are; 900 × 700, of which training takes a view of shorter side 300.
    const [width, height] = [900, 700];
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
      const [x, y, c] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3];
      const edge = (x - 450) ** 2 + (y - 350) ** 2 < 200 ** 2 ? 60 : 0;
      return Math.round(110 + edge + 50 * Math.sin(x / (9 + 4 * c)) * Math.cos(y / 23));
    });
    const original = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toBuffer();
    const { bytes, how } = await shrinkImage(original, { shorterSide: 480, quality: 95 });
    expect(how).toBe('scaled');
    const view = async (encoded: Uint8Array) => {
      const frame = (width: number, height: number) => shorterSideSize(width, height, 300);
      return (await renderImage(encoded, { frame, kernel: 'linear' })).values;
    };
    const [before, after] = [await view(original), await view(bytes)];
    expect(after.length).toBe(before.length);
    let [sum, largest] = [0, 0];
    before.forEach((value, at) => {
      const difference = Math.abs(value - (after[at] ?? NaN));
      [sum, largest] = [sum + difference, Math.max(largest, difference)];
    });
    const mean = sum / before.length;
    console.log(`packed at 480, seen at 300: mean difference ${mean.toFixed(2)} of 255, largest ${largest}`);
    expect(mean).toBeLessThan(2);
  });

  it('turns an image upright and converts its colours', async () => {
    const raw = { width: 60, height: 40, channels: 3 } as const;
    const turned = await sharp(new Uint8Array(7200).fill(90), { raw })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const upright = await shrinkImage(turned, { shorterSide: 480, quality: 95 });
    expect(upright.how).toBe('converted');
    expect(await sharp(upright.bytes).metadata()).toMatchObject({ width: 40, height: 60, channels: 3 });
    const grey = await sharp(new Uint8Array(2400).fill(90), { raw: { ...raw, channels: 1 } })
      .png()
      .toBuffer();
    const converted = await shrinkImage(grey, { shorterSide: 480, quality: 95 });
    expect(converted.how).toBe('converted');
    expect(await sharp(converted.bytes).metadata()).toMatchObject({ format: 'jpeg', channels: 3, width: 60 });
  });
});
