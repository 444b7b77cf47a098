import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../errors/residual-error.js';
import { decodeSafetensors } from './decode-safetensors.js';
import { encodeSafetensors } from './encode-safetensors.js';
import type { SafetensorsEntry } from './format.js';

const example = {
  'fc.weight': { dtype: 'F32', shape: [2, 3], data: new Float32Array([1, -2, 3.5, NaN, Infinity, -0]) },
  labels: { dtype: 'I32', shape: [2], data: new Int32Array([-7, 9]) },
  a: { dtype: 'U8', shape: [3], data: new Uint8Array([1, 2, 255]) },
  scalar: { dtype: 'F32', shape: [], data: new Float32Array([4]) },
  empty: { dtype: 'F32', shape: [0, 5], data: new Float32Array(0) },
} satisfies Record<string, SafetensorsEntry>;

/** A file with this header text and values. */
function fileOf(
  header: string | Uint8Array,
  values: Uint8Array = new Uint8Array(0),
  statedLength?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.byteLength + values.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, statedLength ?? BigInt(text.byteLength), true);
  bytes.set(text, 8);
  bytes.set(values, 8 + text.byteLength);
  return bytes;
}

const entry = (begin: number, end: number, extra = ''): string =>
  `{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]${extra}}`;

const entries: fc.Arbitrary<SafetensorsEntry> = fc
  .record({
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
    dtype: fc.constantFrom('F32', 'I32', 'U8'),
    bytes: fc.infiniteStream(fc.nat(255)),
  })
  .map(({ shape, dtype, bytes }): SafetensorsEntry => {
    const size = shape.reduce((product, length) => product * length, 1);
    const { buffer } = Uint8Array.from([...bytes.take(size * (dtype === 'U8' ? 1 : 4))]);
    const data = { F32: Float32Array, I32: Int32Array, U8: Uint8Array }[dtype];
    return { dtype, shape, data: new data(buffer) };
  });
const files = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
  entries,
  { maxKeys: 5 },
);

const raw = ({ data }: SafetensorsEntry): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('encodeSafetensors', () => {
  it('writes the documented layout', () => {
    const bytes = encodeSafetensors({ b: example.a, a: example.scalar }, { z: '1', k: 'v' });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header.trimEnd()).toBe(
      '{"__metadata__":{"k":"v","z":"1"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
        '"b":{"dtype":"U8","shape":[3],"data_offsets":[4,7]}}',
    );
    expect(view.getFloat32(8 + length, true)).toBe(4);
    expect([...bytes.subarray(8 + length + 4)]).toEqual([1, 2, 255]);
  });

  it('gives the same bytes in whatever order the tensors come', () => {
    const reversed = Object.fromEntries(Object.entries(example).reverse());
    expect(encodeSafetensors(reversed, { b: '2', a: '1' })).toEqual(encodeSafetensors(example, { a: '1', b: '2' }));
  });

  it.each([
    ['a shape that does not fit', { x: { ...example.a, shape: [4] } }, 'expected a shape of 3 values for shape of x'],
    [
      'another array type',
      { x: { ...example.a, dtype: 'F32' } },
      'expected values in the array type of F32 for data of x',
    ],
    ['the reserved name', { __metadata__: example.a }, 'it is reserved'],
    ['half a surrogate pair', { '\ud800': example.a }, 'expected well-formed Unicode'],
  ] as const)('refuses %s', (_, tensors, message) => {
    expect(() => encodeSafetensors(tensors)).toThrow(message);
  });
});

describe('decodeSafetensors', () => {
  it('reads back every bit, whatever the alignment', () => {
    const bytes = encodeSafetensors(example, { step: '12' });
    const shifted = new Uint8Array(bytes.byteLength + 3);
    shifted.set(bytes, 3);
    const { tensors, metadata } = decodeSafetensors(shifted.subarray(3), 'file');
    expect(metadata).toEqual({ step: '12' });
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(example).sort());
    for (const [name, wanted] of Object.entries(example)) {
      expect(tensors[name]).toEqual(wanted);
    }
  });

  it('reads back anything that can be written', () => {
    fc.assert(
      fc.property(
        files,
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
        (tensors, metadata) => {
          const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata), 'file');
          expect(new Map(Object.entries(decoded.metadata))).toEqual(new Map(Object.entries(metadata)));
          expect(Object.keys(decoded.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, wanted] of Object.entries(tensors)) {
            const got = Object.getOwnPropertyDescriptor(decoded.tensors, name)?.value as SafetensorsEntry;
            expect([got.dtype, got.shape, [...raw(got)]]).toEqual([wanted.dtype, wanted.shape, [...raw(wanted)]]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses every truncation and every longer file', () => {
    const bytes = encodeSafetensors(example);
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length), 'cut.safetensors'), `${length}`).toThrow(DataError);
    }
    expect(() => decodeSafetensors(Uint8Array.of(...bytes, 0), 'long')).toThrow('the header says');
  });

  it('answers a flipped byte with a result of the same size or a DataError, never anything else', () => {
    const bytes = encodeSafetensors(example, { note: 'x' });
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        try {
          const { tensors } = decodeSafetensors(damaged, 'flipped');
          const size = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
          expect(size).toBe(6 * 4 + 2 * 4 + 3 + 4);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('answers arbitrary bytes with a DataError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asHeader) => {
        expect(() => decodeSafetensors(asHeader ? fileOf(bytes, Uint8Array.of(1)) : bytes, 'noise')).toThrow(DataError);
      }),
    );
  });

  const two = Uint8Array.of(1, 2);
  it.each([
    [
      'a header longer than the limit',
      fileOf('{}', two, 100_000_001n),
      'expected at most 100000000 bytes for header length',
    ],
    ['a header longer than any file', fileOf('{}', two, 2n ** 64n - 1n), 'received 18446744073709551615'],
    [
      'a header longer than this file',
      fileOf('{}', two, 5n),
      'expected at most the 4 bytes that follow for header length',
    ],
    ['text that is not UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'expected JSON in UTF-8'],
    ['text that is not JSON', fileOf('{"a":'), 'expected JSON in UTF-8'],
    ['a header that is no object', fileOf('[]'), 'expected an object for the header'],
    ['spaces before the header', fileOf(' {}'), 'expected an object for the header'],
    [
      'a name twice',
      fileOf(`{"a":${entry(0, 1)},"\\u0061":${entry(1, 2)}}`, two),
      'expected each name once for the header, received "a"',
    ],
    [
      'a field twice',
      fileOf(`{"a":${entry(0, 2, ',"shape":[2]')}}`, two),
      'expected each name once for the header, received "shape"',
    ],
    [
      'overlapping tensors',
      fileOf(`{"a":${entry(0, 2)},"b":${entry(1, 2)}}`, two),
      'expected begin 2, where the one before ends, for data_offsets of tensor "b", received 1',
    ],
    ['a gap between tensors', fileOf(`{"a":${entry(1, 2)}}`, two), 'expected begin 0'],
    [
      'offsets beyond the file',
      fileOf(`{"a":${entry(0, 3)}}`, two),
      'expected 0 <= begin <= end <= 2 for data_offsets of tensor "a"',
    ],
    [
      'offsets in reverse',
      fileOf('{"a":{"dtype":"U8","shape":[0],"data_offsets":[2,0]}}', two),
      'for data_offsets of tensor "a"',
    ],
    [
      'negative offsets',
      fileOf('{"a":{"dtype":"U8","shape":[0],"data_offsets":[-1,0]}}', two),
      'expected [begin, end] in bytes',
    ],
    [
      'one offset',
      fileOf('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}}', two),
      'expected [begin, end] in bytes',
    ],
    [
      'a shape of another size',
      fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}}', two),
      'expected 2 bytes, as data_offsets say, for dtype and shape of tensor "a", received 8',
    ],
    [
      'a shape whose size overflows',
      fileOf(`{"a":{"dtype":"U8","shape":[${'4503599627370496,'.repeat(30)}0.5],"data_offsets":[0,2]}}`, two),
      'for shape of tensor "a"',
    ],
    [
      'a fractional shape',
      fileOf('{"a":{"dtype":"U8","shape":[0.5,4],"data_offsets":[0,2]}}', two),
      'expected non-negative integers for shape',
    ],
    [
      'an unknown dtype',
      fileOf('{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', two),
      'expected F32, I32, U8 for dtype of tensor "a", received "BF16"',
    ],
    [
      'a dtype from the prototype',
      fileOf('{"a":{"dtype":"toString","shape":[1],"data_offsets":[0,2]}}', two),
      'for dtype of tensor "a"',
    ],
    ['an unknown field', fileOf(`{"a":${entry(0, 2, ',"x":1')}}`, two), 'received "x"'],
    ['an entry that is no object', fileOf('{"a":null}', two), 'expected an object for the entry of tensor "a"'],
    ['metadata that is no text', fileOf('{"__metadata__":{"k":1}}'), 'expected a string for __metadata__ k'],
    ['metadata that is no object', fileOf('{"__metadata__":[]}'), 'expected an object of strings'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'bad.safetensors')).toThrow(DataError);
    expect(() => decodeSafetensors(bytes, 'bad.safetensors')).toThrow(message);
    expect(() => decodeSafetensors(bytes, 'bad.safetensors')).toThrow('bad.safetensors: ');
  });

  it('takes __proto__ for a name like any other', () => {
    const bytes = fileOf(`{"__proto__":${entry(0, 2)}}`, two);
    const { tensors } = decodeSafetensors(bytes, 'file');
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  });

  it('survives a header nested a million deep', () => {
    expect(() => decodeSafetensors(fileOf(`{"a":${'['.repeat(1_000_000)}`), 'deep')).toThrow(DataError);
    const closed = `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    expect(() => decodeSafetensors(fileOf(closed), 'deep')).toThrow(DataError);
  });
});
