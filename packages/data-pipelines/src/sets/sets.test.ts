import { describe, expect, it } from 'vitest';
import { syntheticSet } from '../__fixtures__/synthetic-set.js';
import { checkImageSet } from './image-set.js';
import { perPixelMean } from './per-pixel-mean.js';
import { splitTrainValidation } from './split-train-validation.js';

describe('perPixelMean', () => {
  it('sums whole words as it sums bytes, through more images than 16 bits hold', () => {
    const shape = { count: 601, height: 3, width: 4, channels: 3, classes: 2 };
    const images = Uint8Array.from({ length: 601 * 36 }, (_, index) =>
      index % 36 === 7 ? 255 : (index * 2654435761) >>> 24,
    );
    const wanted = Array.from({ length: 36 }, (_, value) => {
      let sum = 0;
      for (let image = 0; image < 601; image += 1) sum += images[image * 36 + value] ?? 0;
      return Math.fround(sum / 601);
    });
    const unaligned = new Uint8Array(images.length + 1);
    unaligned.set(images, 1);
    for (const bytes of [images, unaligned.subarray(1)]) {
      expect([...perPixelMean({ ...shape, images: bytes, labels: new Uint8Array(601) })]).toEqual(wanted);
    }
    expect(wanted[7]).toBe(255);
  });

  it('is the mean over images of each value', () => {
    const set = {
      ...syntheticSet(3, { height: 1, width: 2, channels: 1 }),
      images: Uint8Array.of(0, 255, 1, 254, 3, 254),
    };
    expect([...perPixelMean(set)]).toEqual([Math.fround(4 / 3), Math.fround(763 / 3)]);
  });

  it('is exact for many images: all 255 give 255', () => {
    const set = syntheticSet(70_000, { height: 1, width: 1, channels: 1 });
    expect(perPixelMean({ ...set, images: new Uint8Array(70_000).fill(255) })[0]).toBe(255);
  });
});

describe('splitTrainValidation', () => {
  const set = syntheticSet(100, { height: 1, width: 1, channels: 1, classes: 100 });

  it('holds out the last images by default', () => {
    const { train, validation } = splitTrainValidation(set, { validation: 10 });
    expect([...train.labels]).toEqual(Array.from({ length: 90 }, (_, index) => index));
    expect([...validation.labels]).toEqual(Array.from({ length: 10 }, (_, index) => 90 + index));
    expect([...validation.images]).toEqual([...set.images.subarray(90)]);
  });

  it('draws the same images for the same seed, each on one side, in order, with their pixels', () => {
    const first = splitTrainValidation(set, { validation: 30, seed: 5 });
    const again = splitTrainValidation(set, { validation: 30, seed: 5 });
    const other = splitTrainValidation(set, { validation: 30, seed: 6 });
    expect([...first.validation.labels]).toEqual([...again.validation.labels]);
    expect([...first.validation.labels]).not.toEqual([...other.validation.labels]);
    expect([...first.validation.labels]).not.toEqual(Array.from({ length: 30 }, (_, index) => 70 + index));
    const all = [...first.train.labels, ...first.validation.labels];
    expect([...all].sort((a, b) => a - b)).toEqual([...set.labels]);
    for (const part of [first.train, first.validation]) {
      checkImageSet(part);
      expect([...part.labels]).toEqual([...part.labels].sort((a, b) => a - b));
      part.labels.forEach((label, image) => expect(part.images[image]).toBe(set.images[label]));
    }
  });

  it("is the paper's 45,000 and 5,000 without options", () => {
    const { train, validation } = splitTrainValidation(syntheticSet(50_000, { height: 1, width: 1, channels: 1 }));
    expect([train.count, validation.count]).toEqual([45_000, 5_000]);
  });

  it.each([0, 100, -1, 1.5, NaN])('refuses %d held-out images of 100', (validation) => {
    expect(() => splitTrainValidation(set, { validation })).toThrow('expected an integer from 1 to 99 for validation');
  });
});

describe('checkImageSet', () => {
  const set = syntheticSet(3);

  it('refuses sets that do not fit together', () => {
    expect(() => checkImageSet({ ...set, count: 4 })).toThrow(
      'expected 768 values (4 × 8 × 8 × 3) for set.images, received 576',
    );
    expect(() => checkImageSet({ ...set, labels: new Uint8Array(2) })).toThrow('expected 3 labels, one an image');
    expect(() => checkImageSet({ ...set, classes: 2 })).toThrow(
      'expected a label from 0 to 1 for set.labels[2], received 2',
    );
    expect(() => checkImageSet({ ...set, height: 0 })).toThrow('expected an integer >= 1 for set.height, received 0');
  });
});
