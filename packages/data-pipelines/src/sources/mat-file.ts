import { inflateSync } from 'node:zlib';
import { UnreadableImage } from '../images/unreadable-image.js';

/** A cell of a struct: text, or the first of its numbers. */
export type MatCell = string | number | undefined;

/** Element types of MATLAB's format, level 5. */
const [INT8, UINT8, INT16, UINT16, INT32, UINT32, SINGLE, DOUBLE] = [1, 2, 3, 4, 5, 6, 7, 9];
const [MATRIX, COMPRESSED] = [14, 15];
const [STRUCT, CHAR] = [2, 4];

const HEADER_BYTES = 128;
/** Of the unpacked variables; ILSVRC's `meta.mat` has 3 MB. */
const MOST_BYTES = 2 ** 26;

/** ILSVRC lists 1,860 synsets. */
const MOST_ROWS = 1_000_000;

interface Element {
  readonly type: number;
  readonly data: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The rows of the first array of structs in a MAT-file of level 5, little-endian, as MATLAB writes them on PCs: what
 * ILSVRC's development kit lists its synsets in. Nested arrays are left out.
 *
 * @throws UnreadableImage where it is no such file
 */
export function readMatStructs(file: Uint8Array): ReadonlyMap<string, MatCell>[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 126, 128) !== 'IM') {
    throw new UnreadableImage('a MAT-file of level 5', 'another file');
  }
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const element = readElement(bytes, at);
    at = element.end;
    const matrix = element.type === COMPRESSED ? readElement(inflate(element.data), 0) : element;
    const rows = matrix.type === MATRIX ? readStructs(matrix.data) : undefined;
    if (rows !== undefined) return rows;
  }
  throw new UnreadableImage('an array of structs', 'a MAT-file without');
}

function inflate(data: Buffer): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw new UnreadableImage('a compressed variable', 'damaged data', { cause });
  }
}

function readElement(bytes: Buffer, at: number): Element {
  if (at + 8 > bytes.length) throw new UnreadableImage('a whole MAT-file', 'one that is cut short');
  const first = bytes.readUInt32LE(at);
  // Up to four bytes lie in the tag itself.
  const small = first >>> 16 !== 0;
  const [type, size] = small ? [first & 0xffff, first >>> 16] : [first, bytes.readUInt32LE(at + 4)];
  const start = at + (small ? 4 : 8);
  if (start + size > bytes.length || (small && size > 4)) {
    throw new UnreadableImage('a whole MAT-file', 'one that is cut short');
  }
  const end = small ? at + 8 : start + (type === COMPRESSED ? size : Math.ceil(size / 8) * 8);
  return { type, data: bytes.subarray(start, start + size), end };
}

/** Flags, sizes and name, which begin every array. */
function readArrayHead(data: Buffer): { readonly kind: number; readonly count: number; readonly at: number } {
  const flags = readElement(data, 0);
  const sizes = readElement(data, flags.end);
  const name = readElement(data, sizes.end);
  if (flags.data.length < 4) throw new UnreadableImage('an array of a MAT-file', 'damaged data');
  let count = 1;
  for (let at = 0; at + 4 <= sizes.data.length; at += 4) count *= sizes.data.readInt32LE(at);
  return { kind: flags.data.readUInt8(0), count, at: name.end };
}

function readStructs(data: Buffer): ReadonlyMap<string, MatCell>[] | undefined {
  const { kind, count, at } = readArrayHead(data);
  if (kind !== STRUCT) return undefined;
  const width = readElement(data, at);
  const names = readElement(data, width.end);
  const length = width.data.length >= 4 ? width.data.readInt32LE(0) : 0;
  if (length < 1) throw new UnreadableImage('names of fields', 'damaged data');
  const fields = Array.from({ length: Math.floor(names.data.length / length) }, (_, field) =>
    text(names.data.subarray(field * length, (field + 1) * length)),
  );
  // Without fields nothing would be read, and no end of the file would end the rows.
  if (fields.length === 0 || count < 0 || count > MOST_ROWS) {
    throw new UnreadableImage(`structs with fields, at most ${MOST_ROWS}`, `${count} with ${fields.length} fields`);
  }
  const rows: Map<string, MatCell>[] = [];
  let next = names.end;
  for (let row = 0; row < count; row += 1) {
    const cells = new Map<string, MatCell>();
    for (const field of fields) {
      const cell = readElement(data, next);
      next = cell.end;
      cells.set(field, cell.type === MATRIX && cell.data.length > 0 ? readCell(cell.data) : undefined);
    }
    rows.push(cells);
  }
  return rows;
}

function readCell(data: Buffer): MatCell {
  const { kind, count, at } = readArrayHead(data);
  // Classes from 6 on are numbers; those before, but text, hold other arrays.
  if (count < 1 || (kind !== CHAR && kind < 6) || at >= data.length) return kind === CHAR ? '' : undefined;
  const { type, data: values } = readElement(data, at);
  if (kind !== CHAR) return readNumber(type, values);
  return type === UINT16 || type === INT16 ? values.toString('utf16le') : text(values);
}

function readNumber(type: number, values: Buffer): number | undefined {
  const bytes = { [INT8]: 1, [UINT8]: 1, [INT16]: 2, [UINT16]: 2, [INT32]: 4, [UINT32]: 4, [SINGLE]: 4, [DOUBLE]: 8 }[
    type
  ];
  if (bytes === undefined || values.length < bytes) return undefined;
  switch (type) {
    case SINGLE:
      return values.readFloatLE(0);
    case DOUBLE:
      return values.readDoubleLE(0);
    case UINT8:
    case UINT16:
    case UINT32:
      return values.readUIntLE(0, bytes);
    default:
      return values.readIntLE(0, bytes);
  }
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
