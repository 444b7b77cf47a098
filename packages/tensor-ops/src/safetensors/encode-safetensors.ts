import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import type { SafetensorsData, SafetensorsDtype, SafetensorsEntry } from './format.js';
import { BYTES_PER_ELEMENT, LARGEST_HEADER_BYTES, LENGTH_BYTES, METADATA_KEY } from './format.js';

/**
 * Writes tensors in the safetensors format (8 bytes header length, JSON header, values). The same tensors give the
 * same bytes: names are sorted by UTF-16 code unit, and the header is padded with spaces so that values start at a
 * multiple of 8.
 *
 * @throws ArgumentError when a tensor's values, dtype and shape do not agree, or a name cannot be written
 * @example
 * encodeSafetensors({ 'fc.bias': { dtype: 'F32', shape: [2], data: new Float32Array([0, 1]) } }, { step: '100' });
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafetensorsEntry>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  const header: [name: string, entry: unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA_KEY, sortedMetadata(metadata)]);
  const parts: SafetensorsData[] = [];
  let offset = 0;
  for (const name of names) {
    const entry = tensors[name] as SafetensorsEntry;
    assertEntry(name, entry);
    const end = offset + entry.data.byteLength;
    header.push([name, { dtype: entry.dtype, shape: [...entry.shape], data_offsets: [offset, end] }]);
    parts.push(entry.data);
    offset = end;
  }
  // Pieced together, because an object literal would reorder names that look like numbers.
  const json = `{${header.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const headerBytes = Math.ceil(text.byteLength / 8) * 8;
  if (headerBytes > LARGEST_HEADER_BYTES) {
    throw new ArgumentError(expected(`a header of at most ${LARGEST_HEADER_BYTES} bytes`, 'tensors', headerBytes));
  }

  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + offset).fill(
    0x20,
    LENGTH_BYTES,
    LENGTH_BYTES + headerBytes,
  );
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerBytes;
  for (const data of parts) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

function sortedMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw new ArgumentError(expected('a string', `metadata ${key}`, value));
    assertText(key, 'a metadata key');
    assertText(value, `metadata ${key}`);
  }
  return Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function assertEntry(name: string, { dtype, shape, data }: SafetensorsEntry): void {
  assertText(name, 'a tensor name');
  if (name === METADATA_KEY) throw new ArgumentError(expected('another name', 'a tensor', name, 'it is reserved'));
  const types: Readonly<Record<SafetensorsDtype, unknown>> = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };
  if (!Object.hasOwn(types, dtype)) throw new ArgumentError(expected('F32, I32 or U8', `dtype of ${name}`, dtype));
  if (data?.constructor !== types[dtype]) {
    throw new ArgumentError(expected(`values in the array type of ${dtype}`, `data of ${name}`, data));
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (
    shape.some((length) => !Number.isSafeInteger(length) || length < 0) ||
    size !== data.byteLength / BYTES_PER_ELEMENT[dtype]
  ) {
    throw new ArgumentError(expected(`a shape of ${data.length} values`, `shape of ${name}`, shape));
  }
}

/** Half a surrogate pair has no UTF-8 form: it would be written as another name. */
function assertText(text: string, parameter: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new ArgumentError(expected('well-formed Unicode', parameter, text));
}
