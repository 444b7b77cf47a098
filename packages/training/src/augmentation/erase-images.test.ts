import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { expect, test } from 'vitest';
import type { Erasing } from '../recipe/mixing-schema.js';
import { drawErased, eraseImages } from './erase-images.js';

const shape = { images: 400, height: 8, width: 10, channels: 2 };
const cutout: Erasing = { kind: 'cutout', size: 4 };
const erasing: Erasing = { kind: 'random-erasing', probability: 0.25, area: [0.1, 0.4], aspect: [0.5, 2] };

function erased(which: Erasing, step = 0): Float32Array {
  const values = new Float32Array(shape.images * 160).fill(1);
  eraseImages({ values, ...shape }, which, { seed: 1, step });
  return values;
}

/** Pixels of each image that are 0, in all channels or in none. */
function zeros(values: Float32Array): number[] {
  return Array.from({ length: shape.images }, (_, image) => {
    const own = values.subarray(image * 160, (image + 1) * 160);
    const pixels = Array.from({ length: 80 }, (_pixel, at) => [own[2 * at], own[2 * at + 1]]);
    for (const [first, second] of pixels) expect(first).toBe(second);
    return pixels.filter(([first]) => first === 0).length;
  });
}

test('cutout leaves a square around a place anywhere, cut at the edges: a quarter of it in the corner', () => {
  const counts = zeros(erased(cutout));
  expect(Math.max(...counts)).toBe(16);
  // Around the corner pixel: rows −2 to 1, columns −2 to 1.
  expect(Math.min(...counts)).toBe(4);
  const expectedMean = ((2 + 3 + 4 * 5 + 3) / 8) * ((2 + 3 + 4 * 7 + 3) / 10);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  console.log(`mean ${mean} pixels, expected ${expectedMean}`);
  // The standard deviation of one image is below 5 pixels.
  expect(Math.abs(mean - expectedMean)).toBeLessThan((4 * 5) / Math.sqrt(counts.length));
});

test('random erasing takes a rectangle of area and aspect within its bounds from as many images as it says', () => {
  const random = createCounterRandom({ seed: 1, purpose: 'erasing:random-erasing', epoch: 0 });
  const boxes = Array.from({ length: shape.images }, (_, image) => drawErased(erasing, image, shape, random));
  const drawn = boxes.flatMap((box) => box ?? []);
  // Four standard deviations of a coin of 1/4.
  expect(Math.abs(drawn.length - 100)).toBeLessThan(4 * Math.sqrt(75));
  for (const { top, bottom, left, right } of drawn) {
    const [rows, columns] = [bottom - top, right - left];
    expect(Math.min(top, left)).toBeGreaterThanOrEqual(0);
    expect(bottom).toBeLessThanOrEqual(8);
    expect(right).toBeLessThanOrEqual(10);
    // Sides are rounded to whole pixels.
    expect((rows + 0.5) * (columns + 0.5)).toBeGreaterThanOrEqual(8);
    expect((rows - 0.5) * (columns - 0.5)).toBeLessThanOrEqual(32);
    expect((rows + 0.5) / (columns - 0.5)).toBeGreaterThanOrEqual(0.5);
    expect((rows - 0.5) / (columns + 0.5)).toBeLessThanOrEqual(2);
  }
  const areas = boxes.map((box) => (box === undefined ? 0 : (box.bottom - box.top) * (box.right - box.left)));
  expect(zeros(erased(erasing))).toEqual(areas);
});

test('a rectangle that never fits leaves the image as it is', () => {
  const tall: Erasing = { ...erasing, probability: 1, area: [1, 1] };
  expect(zeros(erased(tall)).every((count) => count === 0)).toBe(true);
});

test('the same step erases the same, another step something else', () => {
  for (const which of [cutout, erasing]) {
    expect(erased(which, 3)).toEqual(erased(which, 3));
    expect(erased(which, 4)).not.toEqual(erased(which, 3));
  }
});
