import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { describe, expect, it } from 'vitest';
import type { ImageSet } from './image-set.js';
import { patchWhitening } from './patch-whitening.js';
import { perPixelMean } from './per-pixel-mean.js';

/** Images whose neighbouring pixels and colours are alike, as those of photographs. */
function smoothSet(count = 200, size = 12): ImageSet {
  const random = createCounterRandom({ seed: 5, purpose: 'smooth' });
  const images = new Uint8Array(count * size * size * 3);
  for (let image = 0; image < count; image += 1) {
    const [down, right, level] = [0, 1, 2].map((at) => random.normal(8 * image + at)) as [number, number, number];
    for (let at = 0; at < size * size * 3; at += 1) {
      const [y, x] = [Math.floor(at / (size * 3)) / size - 0.5, (Math.floor(at / 3) % size) / size - 0.5];
      const noise = 6 * random.normal(1e6 + image * size * size * 3 + at);
      images[image * size * size * 3 + at] = Math.max(
        0,
        Math.min(255, 128 + 40 * (level + down * y + right * x) + noise),
      );
    }
  }
  return { images, labels: new Uint8Array(count), count, height: size, width: size, channels: 3, classes: 1 };
}

/** Responses of the filter at every patch that was measured: `[patches][outputs]`. */
function responses(set: ImageSet, mean: Float32Array, filter: Float32Array, outputs: number): number[][] {
  const { height, width, channels, count, images } = set;
  const all: number[][] = [];
  for (let image = 0; image < count; image += 1) {
    for (let top = 0; top + 3 <= height; top += 2) {
      for (let left = 0; left + 3 <= width; left += 2) {
        const sums = new Array<number>(outputs).fill(0);
        for (let at = 0; at < 27; at += 1) {
          const pixel = ((top + Math.floor(at / 9)) * width + left + (Math.floor(at / 3) % 3)) * channels + (at % 3);
          const value = (images[image * height * width * channels + pixel] ?? 0) - (mean[pixel] ?? 0);
          for (let output = 0; output < outputs; output += 1) {
            sums[output] = (sums[output] ?? 0) + value * (filter[at * outputs + output] ?? 0);
          }
        }
        all.push(sums);
      }
    }
  }
  return all;
}

describe('patchWhitening', () => {
  const set = smoothSet();
  const mean = perPixelMean(set);

  it('gives responses of variance 1 that say nothing of one another', () => {
    const outputs = 24;
    const filter = patchWhitening(set, { mean, shape: [3, 3, 3, outputs], images: set.count });
    const all = responses(set, mean, filter, outputs);
    const average = (value: (row: number[]) => number): number =>
      all.reduce((sum, row) => sum + value(row), 0) / all.length;
    const means = Array.from({ length: 12 }, (_, at) => average((row) => row[at] ?? NaN));
    for (let one = 0; one < 12; one += 1) {
      for (let other = 0; other <= one; other += 1) {
        const covariance =
          average((row) => (row[one] ?? NaN) * (row[other] ?? NaN)) - (means[one] ?? NaN) * (means[other] ?? NaN);
        // Float32 filters on values to 128: 1e-5; the floor takes some of the smallest variances.
        if (one === other) expect(covariance).toBeGreaterThan(0.9);
        if (one === other) expect(covariance).toBeLessThanOrEqual(1 + 1e-5);
        else expect(Math.abs(covariance)).toBeLessThan(1e-5);
      }
    }
  });

  it('holds each component and its negative', () => {
    const filter = patchWhitening(set, { mean, shape: [3, 3, 3, 6] });
    for (let at = 0; at < 27; at += 1) {
      for (let component = 0; component < 3; component += 1) {
        expect(filter[at * 6 + 3 + component]).toBe(-(filter[at * 6 + component] ?? NaN));
      }
    }
    expect(filter.some((weight) => weight !== 0)).toBe(true);
  });

  it('measures as many images as it is told, spread over the set', () => {
    const shape = [3, 3, 3, 12] as const;
    const half = { ...set, count: set.count / 2, images: everyOther(set), labels: new Uint8Array(set.count / 2) };
    expect(patchWhitening(set, { mean, shape, images: set.count / 2 })).toEqual(patchWhitening(half, { mean, shape }));
    expect(patchWhitening(set, { mean, shape, images: 10 })).not.toEqual(patchWhitening(set, { mean, shape }));
  });

  it('is 0 for images of one colour, which have no components', () => {
    const grey = { ...set, images: new Uint8Array(set.images.length).fill(7) };
    const filter = patchWhitening(grey, { mean: perPixelMean(grey), shape: [3, 3, 3, 54] });
    expect(filter.every((weight) => weight === 0)).toBe(true);
  });

  it.each([
    [[3, 3, 3, 23]],
    [[3, 3, 3, 56]],
    [[3, 3, 1, 2]],
    [[3, 1, 3, 2]],
    [[13, 13, 3, 2]],
    [[3, 3, 3, 0]],
  ] as const)('refuses a filter of %j', (shape) => {
    expect(() => patchWhitening(set, { mean, shape })).toThrow(/^expected \[k, k, 3, even\] .* for shape, received/);
  });
});

function everyOther({ images, count }: ImageSet): Uint8Array {
  const bytes = images.length / count;
  const chosen = new Uint8Array((count / 2) * bytes);
  for (let at = 0; at < count / 2; at += 1)
    chosen.set(images.subarray(2 * at * bytes, (2 * at + 1) * bytes), at * bytes);
  return chosen;
}
