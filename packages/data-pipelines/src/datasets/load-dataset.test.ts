import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sumOf, syntheticCifar } from '../__fixtures__/synthetic-dataset.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { verifyDataset } from '../fetch/verify-dataset.js';
import { decodeCifar } from '../readers/decode-cifar.js';
import type { DatasetDescription } from './dataset-description.js';
import { datasetInfo, datasetNames } from './dataset-registry.js';
import { loadDataset } from './load-dataset.js';

const temporaryFolder = useTemporaryFolders();

async function writeSynthetic() {
  const directory = await temporaryFolder();
  const { description, contents } = syntheticCifar();
  const folder = join(directory, description.folder);
  await mkdir(folder);
  for (const [name, bytes] of contents) await writeFile(join(folder, name), bytes);
  return { directory, folder, description, contents };
}

describe('loadDataset', () => {
  it('joins the training files in order and keeps the test file apart', async () => {
    const { directory, description, contents } = await writeSynthetic();
    const { train, test, classNames } = await loadDataset(description, { directory });
    expect(classNames[3]).toBe('class 3');
    expect({ ...train, images: 0, labels: [...train.labels] }).toEqual({
      ...{ images: 0, labels: [1, 2, 3, 2, 3, 4], count: 6 },
      ...{ height: 32, width: 32, channels: 3, classes: 10 },
    });
    const decode = (name: string) =>
      decodeCifar(contents.get(name) ?? new Uint8Array(), { source: name, labelBytes: 1, classes: 10 }).images;
    expect(Buffer.compare(train.images, Buffer.concat([decode('first.bin'), decode('second.bin')]))).toBe(0);
    expect(Buffer.compare(test.images, decode('test.bin'))).toBe(0);
  });

  it('lays images in memory that loader workers can share', async () => {
    const { directory, description } = await writeSynthetic();
    const { train } = await loadDataset(description, { directory });
    expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it.each([0, 2])('reads packed files beside plain ones, on %i threads', async (threads) => {
    const { directory, folder, description, contents } = await writeSynthetic();
    const plain = await loadDataset(description, { directory, threads });
    await rm(join(folder, 'second.bin'));
    await writeFile(join(folder, 'second.bin.gz'), gzipSync(contents.get('second.bin') ?? ''));
    expect(await loadDataset(description, { directory, threads })).toEqual(plain);
  });

  it.each([0, 2])('refuses an altered pixel, naming file and sums, on %i threads', async (threads) => {
    const { directory, folder, description, contents } = await writeSynthetic();
    const path = join(folder, 'second.bin');
    const bytes = await readFile(path);
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const wanted = sumOf(contents.get('second.bin') ?? new Uint8Array()).hex;
    await expect(loadDataset(description, { directory, threads })).rejects.toThrow(
      `${path}: expected sha256 ${wanted} for the file, received "sha256 ${sumOf(bytes).hex}"; fetch the data set`,
    );
  });

  it('refuses a cut file and a missing one', async () => {
    const { directory, folder, description, contents } = await writeSynthetic();
    await writeFile(join(folder, 'test.bin'), contents.get('test.bin')?.subarray(0, 100) ?? '');
    await expect(loadDataset(description, { directory })).rejects.toThrow(
      'test.bin: expected 6146 bytes for the file, received "100 bytes"',
    );
    await expect(loadDataset('cifar10', { directory })).rejects.toThrow(
      'data_batch_1.bin: expected a file of 30730000 bytes for the file, received "nothing"; fetch the data set cifar10 again',
    );
  });

  it('reads IDX parts, gzipped or plain', async () => {
    const directory = await temporaryFolder();
    const header = (...values: number[]) =>
      Buffer.concat(values.map((value) => Buffer.from([0, 0, value >> 8, value & 255])));
    const contents: [string, Buffer][] = [
      ['a-images', Buffer.concat([header(0x803, 3, 2, 2), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])])],
      ['a-labels', Buffer.concat([header(0x801, 3), Buffer.from([1, 0, 1])])],
      ['b-images', Buffer.concat([header(0x803, 1, 2, 2), Buffer.from([5, 5, 5, 5])])],
      ['b-labels', Buffer.concat([header(0x801, 1), Buffer.from([1])])],
    ];
    const description: DatasetDescription = {
      ...{ name: 'grey', title: 'Grey', folder: 'grey', height: 2, width: 2, channels: 1, trainCount: 3, testCount: 1 },
      classNames: ['no', 'yes'],
      layout: {
        kind: 'idx',
        train: { images: 'a-images', labels: 'a-labels' },
        test: { images: 'b-images', labels: 'b-labels' },
      },
      files: contents.map(([name, bytes]) => ({ name, bytes: bytes.length, checksum: sumOf(bytes) })),
      mirrors: [],
    };
    await mkdir(join(directory, 'grey'));
    for (const [name, bytes] of contents) {
      const packed = name.startsWith('a');
      await writeFile(join(directory, 'grey', packed ? `${name}.gz` : name), packed ? gzipSync(bytes) : bytes);
    }
    const { train, test } = await loadDataset(description, { directory });
    expect([...train.images]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([...train.labels]).toEqual([1, 0, 1]);
    expect([...test.images]).toEqual([5, 5, 5, 5]);
    await expect(loadDataset({ ...description, height: 3, width: 1 }, { directory })).rejects.toThrow(
      'expected 3 of 3×1 for the images, received "3 of 2×2"',
    );
  });
});

describe('verifyDataset', () => {
  it('reports each file as ok, altered or missing', async () => {
    const { directory, folder, description, contents } = await writeSynthetic();
    expect((await verifyDataset(description, { directory })).ok).toBe(true);
    await writeFile(join(folder, 'first.bin'), 'short');
    const { ok, files } = await verifyDataset({ ...description, folder: 'synthetic-bin' }, { directory });
    expect(ok).toBe(false);
    expect(files.map(({ file, status }) => [file, status])).toEqual([
      ['first.bin', 'altered'],
      ['second.bin', 'ok'],
      ['test.bin', 'ok'],
    ]);
    expect(files[0]).toMatchObject({ expected: `${contents.get('first.bin')?.length} bytes`, received: '5 bytes' });
    const elsewhere = await verifyDataset({ ...description, folder: 'nowhere' }, { directory });
    expect(elsewhere.files.map((file) => file.status)).toEqual(['missing', 'missing', 'missing']);
  });

  it("takes a folder of a file's name for altered, and a bomb beside a missing file too", async () => {
    const { directory, folder, description } = await writeSynthetic();
    await mkdir(join(directory, 'other', 'first.bin'), { recursive: true });
    await writeFile(join(directory, 'other', 'second.bin.gz'), gzipSync(new Uint8Array(9219 + 1)));
    const { files } = await verifyDataset({ ...description, folder: 'other' }, { directory });
    expect(files.map((file) => file.status)).toEqual(['altered', 'altered', 'missing']);
    expect(folder).not.toBe(join(directory, 'other'));
  });
});

describe('datasetInfo', () => {
  it('knows its data sets: counts, sizes and files agree', () => {
    expect(datasetNames()).toEqual(['cifar10', 'cifar100', 'fashion-mnist']);
    for (const name of datasetNames()) {
      const info = datasetInfo(name);
      const pixels = (info.trainCount + info.testCount) * info.height * info.width * info.channels;
      const bytes = info.files.reduce((sum, file) => sum + file.bytes, 0);
      const overhead = { cifar10: 60_000, cifar100: 120_000, 'fashion-mnist': 70_000 + 48 }[name];
      expect(bytes - pixels).toBe(overhead);
      expect(new Set(info.classNames).size).toBe(name === 'cifar100' ? 100 : 10);
      expect(info.mirrors.length).toBeGreaterThan(0);
    }
    expect([...datasetInfo('cifar100').classNames].sort()).toEqual(datasetInfo('cifar100').classNames);
  });

  it('suggests the nearest name', () => {
    expect(() => datasetInfo('cifar-10')).toThrow('received "cifar-10"; did you mean "cifar10"?');
  });
});
