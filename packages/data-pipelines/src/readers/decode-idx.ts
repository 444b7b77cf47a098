import { DataError, expected } from '@resnet-ts/tensor-ops';
import { inflate, isGzip } from './inflate.js';

/** 0x08 is "unsigned byte"; the last byte is the number of dimensions. */
const LABELS_MAGIC = 0x0801;
const IMAGES_MAGIC = 0x0803;

export interface DecodeIdxOptions {
  /** The file's name, for messages. */
  readonly source: string;
  /** The most bytes a gzipped file may inflate to. Default 256 MiB: Fashion-MNIST's largest file has 47 MB. */
  readonly maximumBytes?: number;
}

/**
 * Decodes an IDX file of images (`idx3-ubyte`), plain or gzipped. Sizes are compared with the file's length before
 * memory is taken for them.
 *
 * @returns images `[N · H · W]`: a view of `bytes` where they came plain.
 * @throws DataError naming file, field, what was expected and what came.
 * @example
 * const { images, count, height, width } = decodeIdxImages(bytes, { source: 'train-images-idx3-ubyte' });
 */
export function decodeIdxImages(
  bytes: Uint8Array,
  options: DecodeIdxOptions,
): { images: Uint8Array; count: number; height: number; width: number } {
  const plain = inflated(bytes, options);
  const [count = 0, height = 0, width = 0] = readHeader(plain, options.source, IMAGES_MAGIC, [
    'count',
    'height',
    'width',
  ]);
  return { images: plain.subarray(16), count, height, width };
}

/**
 * Decodes an IDX file of labels (`idx1-ubyte`), plain or gzipped.
 *
 * @returns labels `[N]`: a view of `bytes` where they came plain.
 * @throws DataError naming file, record, what was expected and what came.
 * @example
 * const labels = decodeIdxLabels(bytes, { source: 'train-labels-idx1-ubyte', classes: 10 });
 */
export function decodeIdxLabels(
  bytes: Uint8Array,
  options: DecodeIdxOptions & { readonly classes: number },
): Uint8Array {
  const plain = inflated(bytes, options);
  readHeader(plain, options.source, LABELS_MAGIC, ['count']);
  const labels = plain.subarray(8);
  const record = labels.findIndex((label) => label >= options.classes);
  if (record >= 0) {
    const remedy = 'the file is damaged or of another data set; verify it';
    const message = expected(`0 to ${options.classes - 1}`, `the label of record ${record}`, labels[record], remedy);
    throw new DataError(options.source, message);
  }
  return labels;
}

function inflated(bytes: Uint8Array, { source, maximumBytes = 2 ** 28 }: DecodeIdxOptions): Uint8Array {
  return isGzip(bytes) ? inflate(bytes, { source, maximumBytes }) : bytes;
}

/** Checks magic and length and returns the sizes, all at least 1. */
function readHeader(bytes: Uint8Array, source: string, magic: number, fields: readonly string[]): number[] {
  const headerBytes = 4 + 4 * fields.length;
  if (bytes.length < headerBytes) {
    throw new DataError(source, expected(`at least ${headerBytes} bytes`, 'the header', `${bytes.length} bytes`));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== magic) {
    throw new DataError(source, expected(hexadecimal(magic), 'the magic number', hexadecimal(view.getUint32(0))));
  }
  const sizes = fields.map((_, index) => view.getUint32(4 + 4 * index));
  const empty = sizes.indexOf(0);
  if (empty >= 0) throw new DataError(source, expected('at least 1', `the field ${fields[empty]}`, 0));
  // Three 32-bit sizes multiply to less than 2^96: inexact as a double, yet never equal to a file's length by rounding.
  const wanted = headerBytes + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== wanted) {
    const remedy = 'the file is cut short or damaged; fetch it again';
    const what = `${wanted} bytes (${fields.join(' × ')} = ${sizes.join(' × ')})`;
    throw new DataError(source, expected(what, 'the file', `${bytes.length} bytes`, remedy));
  }
  return sizes;
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
