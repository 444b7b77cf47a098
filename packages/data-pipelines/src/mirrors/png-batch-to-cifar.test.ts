import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cifarFile } from '../__fixtures__/synthetic-dataset.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { decodeCifar } from '../readers/decode-cifar.js';
import { pngBatchToCifar } from './png-batch-to-cifar.js';

const temporaryFolder = useTemporaryFolders();

async function writePicture(images: Uint8Array, width: number, height: number, channels: 3 | 4 = 3): Promise<string> {
  const picture = join(await temporaryFolder(), 'batch.png');
  await sharp(images, { raw: { width, height, channels } }).png().toFile(picture);
  return picture;
}

describe('pngBatchToCifar', () => {
  it('is the inverse of decoding the canonical layout', async () => {
    const records = cifarFile(3);
    const { images, labels } = decodeCifar(records, { source: 'f', labelBytes: 1, classes: 10 });
    const picture = await writePicture(images, 1024, 3);
    expect(Buffer.compare(await pngBatchToCifar({ picture, labels }), records)).toBe(0);
  });

  it('refuses pictures of other sizes or kinds, and cut ones', async () => {
    const labels = new Uint8Array(2);
    const short = await writePicture(new Uint8Array(1024 * 3), 1024, 1);
    await expect(pngBatchToCifar({ picture: short, labels })).rejects.toThrow(
      'batch.png: expected png 1024×2 with 3 channels for the picture, received "png 1024×1 with 3 channels"',
    );
    const transparent = await writePicture(new Uint8Array(1024 * 2 * 4), 1024, 2, 4);
    await expect(pngBatchToCifar({ picture: transparent, labels })).rejects.toThrow('with 4 channels');
    await writeFile(short, 'no picture');
    await expect(pngBatchToCifar({ picture: short, labels })).rejects.toThrow(
      'batch.png: expected a whole PNG picture',
    );
    const wide = await writePicture(new Uint8Array(2000 * 1000 * 3), 2000, 1000);
    await expect(pngBatchToCifar({ picture: wide, labels })).rejects.toThrow('batch.png: expected');
  });
});
