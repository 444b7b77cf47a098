import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeIdxImages, decodeIdxLabels } from './decode-idx.js';

function idx(magic: number, sizes: readonly number[], body: readonly number[] | Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, magic);
  sizes.forEach((size, index) => header.setUint32(4 + 4 * index, size));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...body]);
}

describe('decodeIdxImages', () => {
  it('returns sizes and bytes, plain and gzipped alike', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), (count, height, width, packed) => {
        const body = Array.from({ length: count * height * width }, (_, index) => (index * 37) % 256);
        const plain = idx(0x803, [count, height, width], body);
        const decoded = decodeIdxImages(packed ? gzipSync(plain) : plain, { source: 'images' });
        expect({ ...decoded, images: [...decoded.images] }).toEqual({ images: body, count, height, width });
      }),
    );
  });

  it('never trusts sizes: any header over any body is decoded exactly or refused with a DataError', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    fc.assert(
      fc.property(size, size, size, fc.uint8Array({ maxLength: 40 }), (count, height, width, body) => {
        const decode = () => decodeIdxImages(idx(0x803, [count, height, width], body), { source: 'images' });
        if (count * height * width === body.length && body.length > 0) expect(decode().images.length).toBe(body.length);
        else expect(decode).toThrow(/^images: expected /);
      }),
      { numRuns: 300 },
    );
  });

  it('says what a wrong magic number and a cut file were', () => {
    expect(() => decodeIdxImages(idx(0x801, [1, 1, 1], [0]), { source: 'a' })).toThrow(
      'a: expected 0x00000803 for the magic number, received "0x00000801"',
    );
    expect(() => decodeIdxImages(idx(0x803, [2, 2, 2], [0, 0, 0]), { source: 'a' })).toThrow(
      'a: expected 24 bytes (count × height × width = 2 × 2 × 2) for the file, received "19 bytes"',
    );
    expect(() => decodeIdxImages(new Uint8Array(15), { source: 'a' })).toThrow('at least 16 bytes for the header');
  });

  it('stops a gzip bomb at the limit and refuses a cut gzip file', () => {
    const bomb = gzipSync(new Uint8Array(10_000_000));
    expect(bomb.length).toBeLessThan(20_000);
    expect(() => decodeIdxImages(bomb, { source: 'bomb.gz', maximumBytes: 1000 })).toThrow(
      'bomb.gz: expected at most 1000 bytes for the inflated file',
    );
    const whole = gzipSync(idx(0x803, [1, 1, 1], [7]));
    expect(() => decodeIdxImages(whole.subarray(0, whole.length - 9), { source: 'cut.gz' })).toThrow(
      'cut.gz: expected a whole gzip file',
    );
  });
});

describe('decodeIdxLabels', () => {
  it('returns labels and names the record of one out of range', () => {
    expect([...decodeIdxLabels(idx(0x801, [3], [0, 9, 4]), { source: 'l', classes: 10 })]).toEqual([0, 9, 4]);
    expect(() => decodeIdxLabels(idx(0x801, [3], [0, 9, 10]), { source: 'l', classes: 10 })).toThrow(
      'l: expected 0 to 9 for the label of record 2, received 10',
    );
  });
});
