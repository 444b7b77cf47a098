import { expected } from '../errors/expected.js';
import { DataError } from '../errors/residual-error.js';
import { duplicateKey } from './duplicate-key.js';
import type { SafetensorsData, SafetensorsDtype, SafetensorsEntry, SafetensorsFile } from './format.js';
import { BYTES_PER_ELEMENT, LARGEST_HEADER_BYTES, LENGTH_BYTES, METADATA_KEY } from './format.js';

/** A header entry whose fields have been checked, its values not yet read. */
interface Located {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file. The bytes are hostile until they have been checked: every length is compared with what is
 * there before memory is taken, tensors must fill the value section exactly (no gap, no overlap), names must be unique,
 * text must be UTF-8. Values are copied out.
 *
 * @param source where the bytes come from, for messages
 * @throws DataError naming the source, the tensor and the field at fault
 * @example
 * const { tensors, metadata } = decodeSafetensors(await readFile(path), path);
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  const { header, valuesAt } = readHeader(bytes, source);
  const valueBytes = bytes.byteLength - valuesAt;
  const located: Located[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA_KEY) metadata = checkMetadata(entry, source);
    else located.push(checkEntry(name, entry, valueBytes, source));
  }
  assertExactCover(located, valueBytes, source);
  const tensors = located.map(({ name, dtype, shape, begin, end }): [string, SafetensorsEntry] => {
    // slice, not subarray: typed arrays need aligned memory, and the file may be large and short-lived.
    const { buffer } = new Uint8Array(bytes.subarray(valuesAt + begin, valuesAt + end));
    return [name, { dtype, shape, data: typedArray(dtype, buffer) }];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function typedArray(dtype: SafetensorsDtype, buffer: ArrayBuffer): SafetensorsData {
  if (dtype === 'F32') return new Float32Array(buffer);
  return dtype === 'I32' ? new Int32Array(buffer) : new Uint8Array(buffer);
}

function readHeader(bytes: Uint8Array, source: string): { header: Record<string, unknown>; valuesAt: number } {
  const refuse = (what: string, field: string, received: unknown, options?: { readonly cause?: unknown }): never => {
    throw new DataError(source, expected(what, field, received, 'the file is damaged or not safetensors'), options);
  };
  if (bytes.byteLength < LENGTH_BYTES) refuse(`at least ${LENGTH_BYTES} bytes`, 'the file', bytes.byteLength);
  const stated = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (stated > BigInt(LARGEST_HEADER_BYTES)) refuse(`at most ${LARGEST_HEADER_BYTES} bytes`, 'header length', stated);
  const length = Number(stated);
  const valuesAt = LENGTH_BYTES + length;
  if (valuesAt > bytes.byteLength) {
    refuse(`at most the ${bytes.byteLength - LENGTH_BYTES} bytes that follow`, 'header length', length);
  }
  let header: unknown;
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(LENGTH_BYTES, valuesAt));
    header = JSON.parse(text);
  } catch (cause) {
    refuse('JSON in UTF-8', 'the header', cause instanceof Error ? cause.message : cause, { cause });
  }
  if (!text.startsWith('{') || !isRecord(header)) return refuse('an object', 'the header', header);
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) refuse('each name once', 'the header', duplicate);
  return { header, valuesAt };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkMetadata(entry: unknown, source: string): Record<string, string> {
  if (!isRecord(entry)) throw new DataError(source, expected('an object of strings', METADATA_KEY, entry));
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]): [string, string] => {
      if (typeof value === 'string') return [key, value];
      throw new DataError(source, expected('a string', `${METADATA_KEY} ${key}`, value));
    }),
  );
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function checkEntry(name: string, entry: unknown, valueBytes: number, source: string): Located {
  const refuse = (what: string, field: string, received: unknown): never => {
    throw new DataError(source, expected(what, `${field} of tensor ${JSON.stringify(name)}`, received));
  };
  if (!isRecord(entry)) return refuse('an object', 'the entry', entry);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  const unknownField = Object.keys(rest)[0];
  if (unknownField !== undefined) return refuse('only dtype, shape and data_offsets', 'the fields', unknownField);
  if (!isDtype(dtype)) return refuse(Object.keys(BYTES_PER_ELEMENT).join(', '), 'dtype', dtype);
  if (!isCounts(shape)) return refuse('non-negative integers', 'shape', shape);
  if (!isCounts(offsets) || offsets.length !== 2) return refuse('[begin, end] in bytes', 'data_offsets', offsets);
  const [begin = 0, end = 0] = offsets;
  if (begin > end || end > valueBytes) return refuse(`0 <= begin <= end <= ${valueBytes}`, 'data_offsets', offsets);
  const size = shape.reduce((product, length) => product * length, BYTES_PER_ELEMENT[dtype]);
  if (size !== end - begin) return refuse(`${end - begin} bytes, as data_offsets say,`, 'dtype and shape', size);
  return { name, dtype, shape, begin, end };
}

/** No byte belongs to two tensors, and none to nobody: a hole could carry something else along. */
function assertExactCover(located: readonly Located[], valueBytes: number, source: string): void {
  let covered = 0;
  for (const { name, begin, end } of [...located].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      throw new DataError(
        source,
        expected(
          `begin ${covered}, where the one before ends,`,
          `data_offsets of tensor ${JSON.stringify(name)}`,
          begin,
        ),
      );
    }
    covered = end;
  }
  if (covered !== valueBytes) {
    throw new DataError(source, expected(`${covered} bytes of values, as the header says,`, 'the file', valueBytes));
  }
}
