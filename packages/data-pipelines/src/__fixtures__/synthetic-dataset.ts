import { createHash } from 'node:crypto';
import type { Checksum, DatasetDescription } from '../datasets/dataset-description.js';
import type { Mirror } from '../mirrors/mirror.js';

const RECORD = 1 + 3 * 1024;

/** The published sum that a test says a file has. */
export function sumOf(bytes: Uint8Array, algorithm: Checksum['algorithm'] = 'sha256'): Checksum {
  return { algorithm, hex: createHash(algorithm).update(bytes).digest('hex') };
}

/** One file of CIFAR's layout: pixels that differ from place to place, labels 0, 1, 2, … modulo `classes`. */
export function cifarFile(records: number, { classes = 10, salt = 0 } = {}): Uint8Array {
  return Uint8Array.from({ length: records * RECORD }, (_, index) => {
    const record = Math.floor(index / RECORD);
    return index % RECORD === 0 ? (record + salt) % classes : (index * 31 + record * 7 + salt) % 256;
  });
}

/** A data set of CIFAR's layout with two training files of 3 images and a test file of 2. */
export function syntheticCifar(mirrors: readonly Mirror[] = []): {
  description: DatasetDescription;
  contents: ReadonlyMap<string, Uint8Array>;
} {
  const contents = new Map([
    ['first.bin', cifarFile(3, { salt: 1 })],
    ['second.bin', cifarFile(3, { salt: 2 })],
    ['test.bin', cifarFile(2, { salt: 3 })],
  ]);
  const description: DatasetDescription = {
    name: 'synthetic',
    title: 'Synthetic',
    folder: 'synthetic-bin',
    height: 32,
    width: 32,
    channels: 3,
    trainCount: 6,
    testCount: 2,
    classNames: Array.from({ length: 10 }, (_, label) => `class ${label}`),
    layout: { kind: 'cifar', labelBytes: 1, train: ['first.bin', 'second.bin'], test: ['test.bin'] },
    files: [...contents].map(([name, bytes]) => ({ name, bytes: bytes.length, checksum: sumOf(bytes) })),
    mirrors,
  };
  return { description, contents };
}
