import { describe, expect, it } from 'vitest';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { checkImages, selectImages } from './check-images.js';
import { openImageFolder } from './image-folder.js';
import { wholeImages } from './whole-images.js';

const temporaryFolder = useTemporaryFolders();

describe('checkImages', () => {
  it('leaves out what cannot be decoded, in order, and says how far it is', async () => {
    const source = await openImageFolder(await pictureFolder(await temporaryFolder(), { broken: true }));
    const progress: number[] = [];
    const { whole, broken } = await checkImages(source, { onProgress: (done) => progress.push(done) });
    expect(progress).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(broken.map(({ id }) => id)).toEqual(['n0/text.jpg', 'n1/truncated.jpg', 'n2/empty.png']);
    expect(whole.count).toBe(9);
    expect(Array.from({ length: 9 }, (_, index) => whole.id(index))).toEqual(
      Array.from({ length: 9 }, (_, index) => `n${Math.floor(index / 3)}/p00${index}.JPEG`),
    );
    expect(whole.label(8)).toBe(2);
    expect(() => whole.id(9)).toThrow(RangeError);
  });
});

describe('wholeImages', () => {
  it('gives each image at the shorter side asked for, nothing cut off', async () => {
    const source = await openImageFolder(await pictureFolder(await temporaryFolder(), { broken: true }));
    const images = wholeImages(selectImages(source, Uint32Array.of(11, 0, 3)));
    expect(images.size).toBe(3);
    expect([0, 1, 2].map((index) => images.label(index))).toEqual([2, 0, 0]);
    const [width, height] = [40, 52];
    const image = await images.image(1, 100);
    expect(image).toMatchObject({ width: 100, height: Math.floor((100 * height) / width), channels: 3 });
    expect(image.values.length).toBe(100 * 130 * 3);
    await expect(images.image(2, 100)).rejects.toMatchObject({ code: 'ERR_DATA', source: 'n0/text.jpg' });
  });
});
