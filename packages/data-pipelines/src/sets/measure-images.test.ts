import sharp from 'sharp';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { openImageFolder } from '../sources/image-folder.js';
import { measureImages } from './measure-images.js';

const temporaryFolder = useTemporaryFolders();

describe('measureImages', () => {
  it('gives mean, deviation and principal colours of flat pictures as arithmetic has them', async () => {
    const folder = await temporaryFolder();
    const colours = [
      ['a', [200, 100, 50]],
      ['a', [100, 100, 50]],
      ['b', [200, 140, 50]],
      ['b', [100, 140, 50]],
    ] as const;
    for (const [at, [name, [r, g, b]]] of colours.entries()) {
      await mkdir(join(folder, name), { recursive: true });
      const picture = sharp({ create: { width: 9, height: 12, channels: 3, background: { r, g, b } } });
      await writeFile(join(folder, name, `${at}.png`), await picture.png().toBuffer());
    }
    const source = await openImageFolder(folder);
    const measured = await measureImages(source, { size: 6, shorterSide: 8, workers: 0 });
    expect(measured).toMatchObject({ images: 4, broken: [], mean: [150, 120, 50], deviation: [50, 20, 0] });
    expect([...measured.perPixelMean.subarray(0, 4)]).toEqual([150, 120, 50, 150]);
    const { eigenvalues, eigenvectors } = measured.colours;
    [2500, 400, 0].forEach((value, k) => expect(eigenvalues[k]).toBeCloseTo(value / 255 ** 2, 12));
    expect(eigenvectors.map((row) => row.map((value) => Math.round(value)))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it('is the same with workers, counts broken images, and measures as many as asked', async () => {
    const source = await openImageFolder(await pictureFolder(await temporaryFolder(), { broken: true }));
    const options = { size: 20, shorterSide: 24, onBroken: 'skip' } as const;
    const alone = await measureImages(source, { ...options, workers: 0 });
    expect(alone.images).toBe(9);
    expect(alone.broken.map(({ id }) => id)).toEqual(['n0/text.jpg', 'n1/truncated.jpg', 'n2/empty.png']);
    expect(await measureImages(source, { ...options, workers: 1 })).toEqual(alone);
    await expect(measureImages(source, { size: 20, workers: 0 })).rejects.toMatchObject({ code: 'ERR_DATA' });
    await expect(measureImages(source, { images: 13 })).rejects.toThrow('expected an integer from 1 to 12 for images');
  });
});
