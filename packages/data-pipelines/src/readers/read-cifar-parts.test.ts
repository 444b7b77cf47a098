import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cifarFile, sumOf } from '../__fixtures__/synthetic-dataset.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { decodeCifar } from './decode-cifar.js';
import type { CifarPart } from './published-cifar.js';
import { readCifarParts } from './read-cifar-parts.js';

const temporaryFolder = useTemporaryFolders();

const shared = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));

function partOf(path: string, content: Uint8Array, count: number): CifarPart {
  return {
    ...{ path, bytes: content.length, checksum: sumOf(content), labelBytes: 1, classes: 10 },
    ...{ images: shared(count * 3072), labels: shared(count) },
  };
}

/** Files of 1, 128, 129 and 300 images: less than a chunk, one, one and a bit, more. */
async function writeParts() {
  const folder = await temporaryFolder();
  return Promise.all(
    [1, 128, 129, 300].map(async (count) => {
      const content = cifarFile(count, { salt: count });
      const path = join(folder, `${count}.bin`);
      await writeFile(path, content);
      return { content, part: partOf(path, content, count) };
    }),
  );
}

describe.each([0, 3])('readCifarParts on %i threads', (threads) => {
  it('reads what decodeCifar decodes, with the published sum', async () => {
    const files = await writeParts();
    const parts = files.map(({ part }) => part);
    expect(await readCifarParts(parts, threads)).toEqual([true, true, true, true]);
    for (const { content, part } of files) {
      const { images, labels } = decodeCifar(content, { source: 'f', labelBytes: 1, classes: 10 });
      expect(Buffer.compare(part.images, images)).toBe(0);
      expect(Buffer.compare(part.labels, labels)).toBe(0);
    }
  });

  it('says which files are not as published, each by itself', async () => {
    const [one, two, three, four] = (await writeParts()).map(({ part }) => part);
    if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('no part');
    const altered = { ...two, checksum: { ...two.checksum, hex: two.checksum.hex.replace(/^./, 'x') } };
    const folder = `${three.path}-folder`;
    await mkdir(folder);
    const parts = [
      ...[one, altered, { ...three, path: `${three.path}-missing` }, { ...three, path: folder }],
      ...[{ ...three, bytes: three.bytes + 3073 }, { ...four, labels: four.labels.subarray(1) }, four],
    ];
    expect(await readCifarParts(parts, threads)).toEqual([true, false, false, false, false, false, true]);
  });

  it('refuses labels out of range though the sum fits', async () => {
    const [, , three] = await writeParts();
    if (three === undefined) throw new Error('no part');
    expect(await readCifarParts([three.part, { ...three.part, classes: 9 }], threads)).toEqual([true, false]);
  });
});

it('answers for the files of a thread that dies', async () => {
  const [, , , four] = await writeParts();
  if (four === undefined) throw new Error('no part');
  const fatal = { ...four.part, labels: undefined } as unknown as CifarPart;
  expect(await readCifarParts([four.part, fatal, four.part], 2)).toEqual([true, false, true]);
});
