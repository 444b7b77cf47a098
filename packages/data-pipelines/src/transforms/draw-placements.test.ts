import { describe, expect, it } from 'vitest';
import { drawPlacements, plainPlacements } from './draw-placements.js';

const images = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, index) => index);

describe('drawPlacements', () => {
  it('does not depend on who asks, for what else, or in what order', () => {
    const place = drawPlacements({ pad: 4, flip: true }, { seed: 3, epoch: 5 });
    const together = place(images(50));
    const backwards = drawPlacements({ pad: 4, flip: true }, { seed: 3, epoch: 5 });
    for (const image of [...images(50)].reverse()) {
      expect([...backwards(Uint32Array.of(image))]).toEqual([...together.subarray(4 * image, 4 * image + 4)]);
    }
  });

  it('is pinned: these draws decide the pixels of every run that was ever logged', () => {
    const place = drawPlacements({ pad: 4, flip: true }, { seed: 1, epoch: 0 });
    expect([...place(Uint32Array.of(0, 1, 2, 49_999))]).toMatchInlineSnapshot(`
      [
        0,
        4,
        6,
        0,
        1,
        5,
        5,
        1,
        2,
        5,
        0,
        0,
        49999,
        5,
        1,
        0,
      ]
    `);
  });

  it('draws every corner and both sides about equally often, and others in another epoch or with another seed', () => {
    const count = 20_000;
    const place = drawPlacements({ pad: 4, flip: true }, { seed: 1, epoch: 0 });
    const drawn = place(images(count));
    const field = (index: number): number[] => [...images(count)].map((image) => drawn[4 * image + index] ?? NaN);
    for (const [index, values] of [
      [1, 9],
      [2, 9],
      [3, 2],
    ] as const) {
      const times = Array.from(
        { length: values },
        (_, value) => field(index).filter((drawn) => drawn === value).length,
      );
      expect(times.reduce((sum, each) => sum + each)).toBe(count);
      // Six standard deviations of a binomial count.
      const spread = 6 * Math.sqrt((count / values) * (1 - 1 / values));
      for (const each of times) expect(Math.abs(each - count / values)).toBeLessThan(spread);
    }
    // Rows, columns and mirrors are drawn apart: no field follows from another.
    const equal = field(1).filter((row, image) => row === drawn[4 * image + 2]).length;
    expect(Math.abs(equal - count / 9)).toBeLessThan(6 * Math.sqrt(count / 9));
    for (const other of [
      { seed: 1, epoch: 1 },
      { seed: 2, epoch: 0 },
    ]) {
      expect(drawPlacements({ pad: 4, flip: true }, other)(images(100))).not.toEqual(place(images(100)));
    }
  });

  it('alternates: the first epoch is drawn, and each one mirrors what the one before did not', () => {
    const mirrored = (epoch: number, flip: true | 'alternate') => {
      const drawn = drawPlacements({ pad: 4, flip }, { seed: 1, epoch })(images(1000));
      return [...images(1000)].map((image) => drawn[4 * image + 3]);
    };
    const first = mirrored(0, 'alternate');
    expect(first).toEqual(mirrored(0, true));
    for (const epoch of [1, 2, 3, 8, 9]) {
      expect(mirrored(epoch, 'alternate')).toEqual(first.map((one) => (one === epoch % 2 ? 0 : 1)));
    }
    expect(mirrored(2, true)).not.toEqual(first);
  });

  it('draws crops as without alternation', () => {
    const crops = (flip: true | 'alternate') => {
      const drawn = drawPlacements({ pad: 4, flip }, { seed: 1, epoch: 3 })(images(100));
      return drawn.filter((_, at) => at % 4 !== 3);
    };
    expect(crops('alternate')).toEqual(crops(true));
  });

  it('leaves images whole and in place where nothing is asked for', () => {
    const place = drawPlacements({ pad: 0, flip: false }, { seed: 1, epoch: 0 });
    expect(place(images(9))).toEqual(plainPlacements(images(9)));
    expect([...plainPlacements(Uint32Array.of(7))]).toEqual([7, 0, 0, 0]);
  });
});
