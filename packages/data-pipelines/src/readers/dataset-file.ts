import { DataError, expected } from '@resnet-ts/tensor-ops';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checksum, DatasetFile } from '../datasets/dataset-description.js';
import { inflate } from './inflate.js';

/** What one file of a data set turned out to be. */
export type FileInspection =
  | { readonly status: 'ok'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly status: 'missing'; readonly path: string; readonly expected: string; readonly received: string }
  | { readonly status: 'altered'; readonly path: string; readonly expected: string; readonly received: string };

/** The sum of bytes in memory, in lower-case hexadecimal. */
export function checksumOf(bytes: Uint8Array, algorithm: Checksum['algorithm']): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/**
 * Reads one file of a data set, plain or else gzipped (`.gz` after its name), and compares size and checksum with what
 * was published. The size is compared before memory is taken for the content.
 */
export async function inspectDatasetFile(folder: string, file: DatasetFile): Promise<FileInspection> {
  const path = join(folder, file.name);
  const plain = await readExactly(path, file.bytes);
  if (plain.status !== 'missing') return plain.status === 'ok' ? inspectContent(path, plain.bytes, file) : plain;
  const gzipped = `${path}.gz`;
  // A deflate stream of stored blocks is longer than its content by less than 1 in 1000.
  const packed = await readAtMost(gzipped, file.bytes + file.bytes / 1000 + 1024);
  if (packed.status !== 'ok') return packed.status === 'missing' ? plain : packed;
  try {
    const bytes = inflate(packed.bytes, { source: gzipped, maximumBytes: file.bytes });
    return inspectContent(gzipped, bytes, file);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { status: 'altered', path: gzipped, expected: 'a whole gzip file', received: error.message };
  }
}

/**
 * The content of one file of a data set, plain or gzipped as by {@link inspectDatasetFile}.
 *
 * @throws DataError when it is missing or not what was published, naming file, expected and received.
 */
export async function readDatasetFile(folder: string, file: DatasetFile, remedy: string): Promise<Uint8Array> {
  const inspection = await inspectDatasetFile(folder, file);
  if (inspection.status === 'ok') return inspection.bytes;
  throw new DataError(inspection.path, expected(inspection.expected, 'the file', inspection.received, remedy));
}

function inspectContent(path: string, bytes: Uint8Array, file: DatasetFile): FileInspection {
  const { algorithm, hex } = file.checksum;
  if (bytes.length !== file.bytes) return alteredSize(path, `${file.bytes}`, bytes.length);
  const received = checksumOf(bytes, algorithm);
  if (received === hex) return { status: 'ok', path, bytes };
  return { status: 'altered', path, expected: `${algorithm} ${hex}`, received: `${algorithm} ${received}` };
}

function readExactly(path: string, bytes: number): Promise<FileInspection> {
  return readChecked(path, `${bytes}`, (size) => size === bytes);
}

function readAtMost(path: string, bytes: number): Promise<FileInspection> {
  return readChecked(path, `at most ${Math.floor(bytes)}`, (size) => size <= bytes);
}

async function readChecked(path: string, wanted: string, fits: (size: number) => boolean): Promise<FileInspection> {
  let handle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    if (isMissing(cause))
      return { status: 'missing', path, expected: `a file of ${wanted} bytes`, received: 'nothing' };
    throw new DataError(path, expected('a readable file', 'the file', String(cause)), { cause });
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile())
      return { status: 'altered', path, expected: 'a file', received: 'something else of that name' };
    if (!fits(stats.size)) return alteredSize(path, wanted, stats.size);
    const bytes = new Uint8Array(stats.size);
    const read = await readWhole(handle, bytes);
    return read === bytes.length ? { status: 'ok', path, bytes } : alteredSize(path, wanted, read);
  } finally {
    await handle.close();
  }
}

/** Fills `bytes` from the start of the file; less only where the file shrank meanwhile. */
async function readWhole(
  handle: { read(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesRead: number }> },
  bytes: Uint8Array,
): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function alteredSize(path: string, wanted: string, received: number): FileInspection {
  return { status: 'altered', path, expected: `${wanted} bytes`, received: `${received} bytes` };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
