import { DataError, expected } from '@resnet-ts/tensor-ops';
import { PLANE, interleavePlanes } from './interleave-planes.js';

export interface DecodeCifarOptions {
  /** The file's name, for messages. */
  readonly source: string;
  /** 1 for CIFAR-10; 2 for CIFAR-100, whose superclass byte comes first. */
  readonly labelBytes: 1 | 2;
  readonly classes: number;
}

/**
 * Decodes CIFAR's binary layout (label bytes, then a red, a green and a blue plane of 32×32) into NHWC bytes.
 * The bytes are untrusted: length and every label are checked.
 *
 * @returns images `[N · 32 · 32 · 3]` and labels `[N]`.
 * @throws DataError naming file, record, what was expected and what came.
 * @example
 * const { images, labels } = decodeCifar(bytes, { source: 'data_batch_1.bin', labelBytes: 1, classes: 10 });
 */
export function decodeCifar(
  bytes: Uint8Array,
  options: DecodeCifarOptions,
): { images: Uint8Array; labels: Uint8Array } {
  const count = Math.floor(bytes.length / (options.labelBytes + 3 * PLANE));
  const target = { images: new Uint8Array(count * 3 * PLANE), labels: new Uint8Array(count) };
  decodeCifarInto(target, bytes, options);
  return target;
}

/** `decodeCifar` into views that the caller cut to size (one file's part of a set). */
export function decodeCifarInto(
  target: { readonly images: Uint8Array; readonly labels: Uint8Array },
  bytes: Uint8Array,
  { source, labelBytes, classes }: DecodeCifarOptions,
): void {
  const recordBytes = labelBytes + 3 * PLANE;
  const count = bytes.length / recordBytes;
  if (count !== target.labels.length || count === 0) {
    const wanted = count === 0 ? 'at least one record' : `whole records of ${recordBytes} bytes`;
    const remedy = `the file ends within record ${Math.floor(count)}; fetch it again`;
    throw new DataError(source, expected(wanted, 'the file', `${bytes.length} bytes`, remedy));
  }
  const wrong = interleavePlanes(target, bytes, { labelBytes, classes });
  if (wrong === undefined) return;
  const { record, field, value, limit } = wrong;
  const remedy = 'the file is damaged or of another data set; verify it';
  throw new DataError(source, expected(`0 to ${limit - 1}`, `the ${field} of record ${record}`, value, remedy));
}
