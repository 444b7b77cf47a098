import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Checksum } from '../datasets/dataset-description.js';
import { PLANE, interleavePlanes } from './interleave-planes.js';

/** A file of CIFAR's layout, and where its content goes. */
export interface CifarPart {
  readonly path: string;
  /** As published. */
  readonly bytes: number;
  readonly checksum: Checksum;
  readonly labelBytes: 1 | 2;
  readonly classes: number;
  /** `[N · 32 · 32 · 3]`, of the whole file. */
  readonly images: Uint8Array;
  /** `[N]` */
  readonly labels: Uint8Array;
}

/** So many that a chunk and its images stay in a processor's second cache: 0.4 MB each. */
const RECORDS_AT_ONCE = 128;

/**
 * Reads, sums and decodes a file of CIFAR's layout a chunk at a time, so that its bytes come from memory once and take
 * none: new memory costs as much as decoding. Without imports of the package, so that a thread can start with it.
 *
 * @returns true where size, sum and labels are as published; false says nothing of the reason, nor of what the target
 *   holds then: read the file by `readDatasetFile`, which does
 */
export function readPublishedCifar({ path, bytes, checksum, labelBytes, classes, images, labels }: CifarPart): boolean {
  const recordBytes = labelBytes + 3 * PLANE;
  if (labels.length * recordBytes !== bytes || images.length !== labels.length * 3 * PLANE) return false;
  let file;
  try {
    file = openSync(path, 'r');
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size !== bytes) return false;
    const hash = createHash(checksum.algorithm);
    const buffer = new Uint8Array(Math.min(RECORDS_AT_ONCE, labels.length) * recordBytes);
    for (let first = 0; first < labels.length; first += RECORDS_AT_ONCE) {
      const last = Math.min(first + RECORDS_AT_ONCE, labels.length);
      const chunk = buffer.subarray(0, (last - first) * recordBytes);
      if (!fill(file, chunk)) return false;
      hash.update(chunk);
      const target = {
        images: images.subarray(first * 3 * PLANE, last * 3 * PLANE),
        labels: labels.subarray(first, last),
      };
      if (interleavePlanes(target, chunk, { labelBytes, classes }) !== undefined) return false;
    }
    return hash.digest('hex') === checksum.hex;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Reads on until `chunk` is full; false where the file ends before. */
function fill(file: number, chunk: Uint8Array): boolean {
  for (let filled = 0; filled < chunk.length; ) {
    const read = readSync(file, chunk, filled, chunk.length - filled, null);
    if (read === 0) return false;
    filled += read;
  }
  return true;
}
