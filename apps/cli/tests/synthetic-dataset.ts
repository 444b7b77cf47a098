import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCounterRandom } from '@resnet-ts/tensor-ops';
import sharp from 'sharp';

const side = 32;
const classNames = ['dark', 'light'];

/** Records of CIFAR's binary layout: a label and three planes, dark noise for class 0 and light noise for class 1. */
function records(count: number, purpose: string): Uint8Array {
  const random = createCounterRandom({ seed: 1, purpose });
  const bytes = new Uint8Array(count * (1 + 3 * side * side));
  for (let image = 0, at = 0; image < count; image += 1) {
    const label = image % 2;
    bytes[at++] = label;
    for (let pixel = 0; pixel < 3 * side * side; pixel += 1, at += 1) {
      bytes[at] = 100 * label + random.integer(100, image, pixel);
    }
  }
  return bytes;
}

/**
 * Writes the data set `shades` into a data directory: 32×32 colour images in CIFAR's layout with the `dataset.json` that
 * makes it known. A network learns it in a few steps.
 */
export function writeSyntheticDataset(directory: string): void {
  const folder = join(directory, 'shades');
  mkdirSync(folder, { recursive: true });
  const parts = { 'train.bin': records(32, 'train'), 'test.bin': records(8, 'test') };
  const files = Object.entries(parts).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    const hex = createHash('sha256').update(bytes).digest('hex');
    return { name, bytes: bytes.length, checksum: { algorithm: 'sha256', hex } };
  });
  const description = {
    ...{ title: 'Shades', height: side, width: side, channels: 3, trainCount: 32, testCount: 8, classNames },
    ...{ layout: { kind: 'cifar', labelBytes: 1, train: ['train.bin'], test: ['test.bin'] }, files },
  };
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify(description));
}

/**
 * Writes the test images of `shades` as PNG files into a folder for each class, `dark/0.png`, `light/1.png`, …, by their
 * number in the set.
 */
export async function writeShadesAsFiles(folder: string): Promise<void> {
  const bytes = records(8, 'test');
  const plane = side * side;
  for (const name of classNames) mkdirSync(join(folder, name), { recursive: true });
  for (let image = 0; image < 8; image += 1) {
    const start = image * (1 + 3 * plane) + 1;
    const pixels = Uint8Array.from(
      { length: 3 * plane },
      (_, at) => bytes[start + (at % 3) * plane + Math.floor(at / 3)] ?? 0,
    );
    const path = join(folder, classNames[image % 2] ?? '', `${image}.png`);
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(path);
  }
}

/** A recipe for it, as `resnet train --recipe <file>` reads one. */
export const syntheticRecipe = {
  name: 'shades',
  network: 'resnet8',
  classes: 2,
  data: { set: 'shades', split: 'full', augmentation: { pad: 1, flip: true }, normalization: 'per-pixel-mean' },
  batchSize: 4,
  length: { steps: 6 },
  optimizer: { momentum: 0.9, nesterov: true, weightDecay: 5e-4, decay: 'weights', form: 'torch' },
  schedule: { kind: 'step', rate: 0.01, boundaries: [], factor: 0.1 },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  checkpointEverySteps: 2,
  keepCheckpoints: 3,
  logEverySteps: 1,
  evaluateEveryEpochs: 0,
};
