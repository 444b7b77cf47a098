import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** A JPEG of one colour with a little noise: dark for class 0, light for class 1. */
export function picture(label: number, index: number, { width = 40, height = 32 } = {}): Promise<Buffer> {
  const pixels = Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => 60 + 120 * label + ((at * 31 + index) % 40),
  );
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** Writes a file and the folders above it. */
export function writeAt(folder: string, name: string, content: Uint8Array | string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** An image folder in ILSVRC's layout: two classes, 12 pictures for training and 4 for validation, all whole. */
export async function writePictureSet(folder: string): Promise<void> {
  for (const [part, pictures] of [
    ['train', 12],
    ['val', 4],
  ] as const) {
    for (let index = 0; index < pictures; index += 1) {
      const label = index % 2;
      const size = { width: 36 + index, height: 44 - index };
      writeAt(folder, `${part}/n${label}/${part}_${index}.JPEG`, await picture(label, index, size));
    }
  }
}

/** One member of a tar archive that no tool would write, such as one with a name that leads outside. */
export function tarMember(name: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}`, 124);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

export const tarEnd = Buffer.alloc(1024);

/** A PNG whose header promises pixels that are not there. */
export function promisingPng(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = pngChunk('IDAT', deflateSync(Buffer.alloc(100)));
  return Buffer.concat([signature, pngChunk('IHDR', header), pixels, pngChunk('IEND', Buffer.alloc(0))]);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4);
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}

/** The part of a recipe about such pictures, and a run of six steps. */
export const pictureRecipe = {
  name: 'pictures',
  network: 'resnet8',
  classes: 2,
  data: {
    set: 'image-folder',
    size: 16,
    augmentation: { kind: 'paper', shorterSide: [18, 28], colour: 'measured' },
    normalization: 'per-pixel-mean',
    measuredImages: 10,
    evaluation: { shorterSide: 18 },
    onBroken: 'skip',
  },
  batchSize: 4,
  length: { steps: 7 },
  optimizer: { momentum: 0.9, nesterov: false, weightDecay: 1e-4, decay: 'all', form: 'caffe' },
  schedule: { kind: 'step', rate: 0.01, boundaries: [], factor: 0.1 },
  labelSmoothing: 0,
  seed: 1,
  precision: 'float32',
  checkpointEverySteps: 2,
  keepCheckpoints: 9,
  logEverySteps: 1,
  evaluateEveryEpochs: 1,
};
