import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawMixture, mixImages, type Mixture } from './mix-images.js';

const shape = { images: 3, height: 2, width: 3, channels: 2 };
const values = Float32Array.from({ length: 36 }, (_, at) => 100 * Math.floor(at / 12) + (at % 12));
const partners = Uint32Array.of(1, 2, 0);
const NO_BOX = { top: 0, bottom: 0, left: 0, right: 0 };

test('mixup is λ·a + (1 − λ)·b of whole images, and leaves what it is given', () => {
  const before = values.slice();
  const mixture: Mixture = { kind: 'mixup', share: 0.75, partners, box: NO_BOX };
  const mixed = mixImages({ values, ...shape }, mixture);
  const expected = [25, 125, 150].flatMap((base, image) =>
    Array.from({ length: 12 }, (_, at) => (image === 2 ? 150 : base) + at),
  );
  expect([...mixed]).toEqual(expected);
  expect(values).toEqual(before);
});

test('cutmix puts a rectangle of b into a, all channels of it', () => {
  const box = { top: 1, bottom: 2, left: 1, right: 3 };
  const mixed = mixImages({ values, ...shape }, { kind: 'cutmix', share: 4 / 6, partners, box });
  expect([...mixed.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 108, 109, 110, 111]);
  expect([...mixed.subarray(24, 36)]).toEqual([200, 201, 202, 203, 204, 205, 206, 207, 8, 9, 10, 11]);
});

test('λ of cutmix is the part of the area that is left, and the rectangle lies in the image', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(1000),
      (height, width, step) => {
        const size = { images: 5, height, width };
        const drawn = drawMixture({ cutmix: { alpha: 1 }, probability: 1 }, size, { seed: 1, step });
        if (drawn === undefined) throw new Error('nothing was mixed');
        const { top, bottom, left, right } = drawn.box;
        expect(Math.min(top, left, bottom - top, right - left)).toBeGreaterThanOrEqual(0);
        expect(bottom).toBeLessThanOrEqual(height);
        expect(right).toBeLessThanOrEqual(width);
        expect(drawn.share * height * width).toBeCloseTo(height * width - (bottom - top) * (right - left), 9);
        expect([...drawn.partners].sort()).toEqual([0, 1, 2, 3, 4]);
      },
    ),
  );
});

test('each batch is mixed in one way or the other, or not at all, as often as the recipe says', () => {
  const mixing = { mixup: { alpha: 0.2 }, cutmix: { alpha: 1 }, probability: 0.8 };
  const drawn = Array.from(
    { length: 1000 },
    (_, step) => drawMixture(mixing, shape, { seed: 3, step })?.kind ?? 'none',
  );
  const count = (kind: string) => drawn.filter((one) => one === kind).length;
  // Four standard deviations of each.
  expect(Math.abs(count('none') - 200)).toBeLessThan(51);
  expect(Math.abs(count('mixup') - 400)).toBeLessThan(62);
  expect(Math.abs(count('cutmix') - 400)).toBeLessThan(62);
});

test('what is mixed is a function of seed and step', () => {
  const draw = (seed: number, step: number) =>
    drawMixture({ mixup: { alpha: 1 }, probability: 1 }, { ...shape, images: 50 }, { seed, step });
  expect(draw(1, 7)).toEqual(draw(1, 7));
  expect(draw(1, 8)).not.toEqual(draw(1, 7));
  expect(draw(2, 7)).not.toEqual(draw(1, 7));
});
