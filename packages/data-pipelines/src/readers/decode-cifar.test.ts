import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCifar, decodeCifarInto } from './decode-cifar.js';

const PLANE = 1024;

/** A record as the format's page describes it, written the other way round: from pixels to planes. */
function encode(label: number[], pixelOf: (row: number, column: number, channel: number) => number): number[] {
  const planes = [0, 1, 2].map((channel) =>
    Array.from({ length: PLANE }, (_, at) => pixelOf(Math.floor(at / 32), at % 32, channel)),
  );
  return [...label, ...planes.flat()];
}

describe('decodeCifar', () => {
  it('turns planes into pixels and keeps labels, for any content', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(255)), { minLength: 1, maxLength: 4 }), (records) => {
        const pixel = (salt: number) => (row: number, column: number, channel: number) =>
          (salt + 7 * row + 3 * column + 101 * channel) % 256;
        const bytes = Uint8Array.from(records.flatMap(([label, salt]) => encode([label], pixel(salt))));
        const { images, labels } = decodeCifar(bytes, { source: 'f', labelBytes: 1, classes: 10 });
        expect([...labels]).toEqual(records.map(([label]) => label));
        records.forEach(([, salt], image) => {
          for (const [row, column, channel] of [
            [0, 0, 0],
            [31, 31, 2],
            [5, 17, 1],
            [17, 5, 2],
          ] as const) {
            const at = ((image * 32 + row) * 32 + column) * 3 + channel;
            expect(images[at]).toBe(pixel(salt)(row, column, channel));
          }
        });
      }),
      { numRuns: 20 },
    );
  });

  it('writes the same pixels wherever they go in memory, all of them', () => {
    const pixel = (row: number, column: number, channel: number) =>
      (11 * row + 5 * column + 89 * channel + row * column) % 256;
    const bytes = Uint8Array.from([
      ...encode([3], pixel),
      ...encode([4], (row, column, channel) => 255 - pixel(row, column, channel)),
    ]);
    const options = { source: 'f', labelBytes: 1, classes: 10 } as const;
    const wanted = Array.from({ length: 3 * PLANE }, (_, at) =>
      pixel(Math.floor(at / 96), Math.floor(at / 3) % 32, at % 3),
    );
    for (const offset of [0, 1, 2, 3]) {
      const images = new Uint8Array(2 * 3 * PLANE + 4).subarray(offset, offset + 2 * 3 * PLANE);
      decodeCifarInto({ images, labels: new Uint8Array(2) }, bytes, options);
      expect([...images]).toEqual([...wanted, ...wanted.map((value) => 255 - value)]);
    }
  });

  it('takes the second label byte of CIFAR-100 and checks the first', () => {
    const record = (coarse: number, fine: number) => Uint8Array.from(encode([coarse, fine], () => 0));
    const options = { source: 'train.bin', labelBytes: 2, classes: 100 } as const;
    expect([...decodeCifar(record(19, 99), options).labels]).toEqual([99]);
    expect(() => decodeCifar(record(20, 1), options)).toThrow(
      'train.bin: expected 0 to 19 for the superclass of record 0, received 20',
    );
  });

  it('names file, record, expected and received for a label out of range', () => {
    const bytes = Uint8Array.from([...encode([9], () => 1), ...encode([10], () => 1)]);
    expect(() => decodeCifar(bytes, { source: 'data_batch_2.bin', labelBytes: 1, classes: 10 })).toThrow(
      'data_batch_2.bin: expected 0 to 9 for the label of record 1, received 10',
    );
  });

  it('refuses every length that is not whole records', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 * 3073 }), (length) => {
        const decode = () => decodeCifar(new Uint8Array(length), { source: 'cut.bin', labelBytes: 1, classes: 10 });
        if (length > 0 && length % 3073 === 0) decode();
        else expect(decode).toThrow(new RegExp(`^cut\\.bin: expected .* for the file, received "${length} bytes"`));
      }),
    );
    expect(() => decodeCifar(new Uint8Array(3072), { source: 'cut.bin', labelBytes: 1, classes: 10 })).toThrow(
      'cut.bin',
    );
  });
});
