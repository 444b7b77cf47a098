import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syntheticSet } from '../__fixtures__/synthetic-set.js';
import { perPixelMean } from '../sets/per-pixel-mean.js';
import { fillBatch, type PixelSource } from './fill-batch.js';

/**
 * The same by the words of the paper, one whole picture after another: subtract the mean, pad with zeros, crop, mirror.
 * Pictures are rows of columns of channels.
 */
function slowly(source: PixelSource, image: number, row: number, column: number, mirrored: boolean): number[] {
  const { height, width, channels, pad } = source;
  const at = (y: number, x: number, c: number) => (y * width + x) * channels + c;
  const normalised = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      Array.from({ length: channels }, (_, c) => {
        const pixel = source.images[image * height * width * channels + at(y, x, c)] ?? NaN;
        return Math.fround(pixel - (source.mean[at(y, x, c)] ?? NaN));
      }),
    ),
  );
  const zero = Array.from({ length: channels }, () => 0);
  const side = Array.from({ length: pad }, () => zero);
  const empty = Array.from({ length: width + 2 * pad }, () => zero);
  const rows = normalised.map((line) => [...side, ...line, ...side]);
  const padded = [...Array.from({ length: pad }, () => empty), ...rows, ...Array.from({ length: pad }, () => empty)];
  const cropped = padded.slice(row, row + height).map((line) => line.slice(column, column + width));
  return cropped.flatMap((line) => (mirrored ? [...line].reverse() : line)).flat();
}

describe('fillBatch', () => {
  it('equals subtract, pad, crop and mirror done one after another, bit for bit', () => {
    const size = fc.integer({ min: 1, max: 6 });
    const cases = fc.record({
      ...{ height: size, width: size, channels: fc.integer({ min: 1, max: 4 }), pad: fc.nat(7) },
      draws: fc.array(fc.tuple(fc.nat(4), fc.nat(100), fc.nat(100), fc.boolean()), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(cases, ({ height, width, channels, pad, draws }) => {
        const set = syntheticSet(5, { height, width, channels });
        const source = { ...set, mean: perPixelMean(set), pad };
        const placed = draws.map(([image, row, column, mirrored]) => {
          return [image, row % (2 * pad + 1), column % (2 * pad + 1), mirrored] as const;
        });
        const target = new Float32Array(draws.length * height * width * channels).fill(NaN);
        fillBatch(
          target,
          source,
          Int32Array.from(placed.flatMap(([i, y, x, mirrored]) => [i, y, x, mirrored ? 1 : 0])),
        );
        expect([...target]).toEqual(placed.flatMap((placement) => slowly(source, ...placement)));
      }),
      { numRuns: 200 },
    );
  });

  it('pads with zeros after the mean is subtracted: a corner crop is zero there, not minus the mean', () => {
    const set = syntheticSet(1, { height: 4, width: 4, channels: 1 });
    const target = new Float32Array(16).fill(NaN);
    fillBatch(target, { ...set, mean: new Float32Array(16).fill(100), pad: 2 }, Int32Array.of(0, 0, 0, 0));
    expect([...target.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(target[10]).toBe((set.images[0] ?? 0) - 100);
  });
});
