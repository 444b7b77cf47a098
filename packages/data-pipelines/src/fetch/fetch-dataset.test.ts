import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { answerFile, type LocalServer, startServer } from '../__fixtures__/local-server.js';
import { syntheticCifar } from '../__fixtures__/synthetic-dataset.js';
import { tarArchive } from '../__fixtures__/tar-archive.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { loadDataset } from '../datasets/load-dataset.js';
import { archiveMirror } from '../mirrors/archive-mirror.js';
import { gzipFilesMirror } from '../mirrors/gzip-files-mirror.js';
import type { Mirror } from '../mirrors/mirror.js';
import { gzipSync } from 'node:zlib';
import { fetchDataset } from './fetch-dataset.js';
import { verifyDataset } from './verify-dataset.js';
import { writeError } from './write-error.js';

const temporaryFolder = useTemporaryFolders();
const { description, contents } = syntheticCifar();
const archive = tarArchive([...contents].map(([name, content]) => ({ path: `synthetic-bin/${name}`, content })));

let server: LocalServer | undefined;
afterEach(async () => server?.close());

/** Serves `/good.tar.gz`, `/cut.tar.gz` (half, then nothing), `/altered.tar.gz`, `/silent`, `/files/<name>.gz`; else 404. */
async function startMirrors(): Promise<LocalServer> {
  const altered = tarArchive(
    [...contents].map(([name, content]) => ({
      path: `synthetic-bin/${name}`,
      content: content.map((byte, index) => (name === 'second.bin' && index === 9 ? byte ^ 1 : byte)),
    })),
  );
  server = await startServer((request, response) => {
    const file = contents.get(/^\/files\/(.*)\.gz$/.exec(request.url ?? '')?.[1] ?? '');
    if (request.url === '/good.tar.gz') answerFile(request, response, archive);
    else if (request.url === '/altered.tar.gz') answerFile(request, response, altered);
    else if (request.url === '/cut.tar.gz' && request.headers.range === undefined) {
      answerFile(request, response, archive, { upTo: Math.floor(archive.length / 2) });
    } else if (file !== undefined) answerFile(request, response, gzipSync(file));
    else if (request.url !== '/silent.tar.gz') response.writeHead(404).end();
  });
  return server;
}

describe('fetchDataset', () => {
  it('leaves mirrors that are silent, missing or wrong for the next, and says why', async () => {
    const { address } = await startMirrors();
    const directory = join(await temporaryFolder(), 'not', 'there', 'yet');
    const mirrors = ['silent', 'missing', 'altered', 'good'].map((name) =>
      archiveMirror({ url: `${address}/${name}.tar.gz` }),
    );
    const reports: string[] = [];
    const result = await fetchDataset(description, {
      ...{ directory, mirrors, answerTimeout: 250 },
      onProgress: ({ stage, mirror }) => void reports.push(`${stage} ${mirror}`),
    });
    expect(result.mirror).toBe(`${address}/good.tar.gz`);
    expect(result.failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('expected an answer within 250 ms'),
      expect.stringContaining('received "status 404"'),
      expect.stringContaining('second.bin: expected sha256'),
    ]);
    expect(reports.filter((report) => report.startsWith('failed')).length).toBe(3);
    expect(await readdir(directory)).toEqual(['synthetic-bin']);
    expect((await loadDataset(description, { directory })).train.count).toBe(6);
  });

  it('does not ask anyone when the files are there and verify', async () => {
    const { address, requests } = await startMirrors();
    const directory = await temporaryFolder();
    const mirrors = [archiveMirror({ url: `${address}/good.tar.gz` })];
    await fetchDataset(description, { directory, mirrors });
    const asked = requests.length;
    expect(await fetchDataset(description, { directory, mirrors })).toMatchObject({ mirror: undefined, failures: [] });
    expect(requests.length).toBe(asked);
  });

  it('replaces an altered file and a half-written one', async () => {
    const { address } = await startMirrors();
    const directory = await temporaryFolder();
    await mkdir(join(directory, 'synthetic-bin'));
    await writeFile(join(directory, 'synthetic-bin', 'first.bin'), 'half');
    await fetchDataset(description, { directory, mirrors: [gzipFilesMirror({ baseUrl: `${address}/files/` })] });
    expect((await verifyDataset(description, { directory })).ok).toBe(true);
  });

  it('puts nothing in place when every mirror fails, lists all reasons, and resumes a cut download next time', async () => {
    const { address, requests } = await startMirrors();
    const directory = await temporaryFolder();
    const cut = archiveMirror({ url: `${address}/cut.tar.gz` });
    const missing = archiveMirror({ url: `${address}/missing.tar.gz` });
    const failure = fetchDataset(description, {
      ...{ directory, mirrors: [missing, cut] },
      onProgress: ({ receivedBytes }) => server?.arrived(receivedBytes),
    });
    await expect(failure).rejects.toThrow(
      /one of 2 mirrors(.|\n)*missing\.tar\.gz(.|\n)*status 404(.|\n)*cut\.tar\.gz/,
    );
    await expect(access(join(directory, 'synthetic-bin'))).rejects.toThrow('ENOENT');
    expect((await readdir(join(directory, '.fetch-synthetic-bin'))).sort()).toEqual([
      'cut.tar.gz.part',
      'cut.tar.gz.part.json',
    ]);

    await server?.close();
    const port = Number(new URL(address).port);
    const again = await startServer((request, response) => answerFile(request, response, archive));
    const record = join(directory, '.fetch-synthetic-bin', 'cut.tar.gz.part.json');
    // The new server has another port, so the record is moved there, as if the address were the same.
    await writeFile(record, (await readFile(record, 'utf8')).replace(`:${port}`, `:${new URL(again.address).port}`));
    await fetchDataset(description, { directory, mirrors: [archiveMirror({ url: `${again.address}/cut.tar.gz` })] });
    expect(again.requests.map((request) => request.headers.range)).toEqual([
      `bytes=${Math.floor(archive.length / 2)}-`,
    ]);
    await again.close();
    expect(await readdir(directory)).toEqual(['synthetic-bin']);
    expect(requests.length).toBeGreaterThan(0);
  });

  it("stops at once, with the caller's reason, when aborted", async () => {
    const { address, requests } = await startMirrors();
    const directory = await temporaryFolder();
    const stop = new AbortController();
    const mirrors = [
      archiveMirror({ url: `${address}/silent.tar.gz` }),
      archiveMirror({ url: `${address}/good.tar.gz` }),
    ];
    const fetching = fetchDataset(description, {
      ...{ directory, mirrors, signal: stop.signal, answerTimeout: 60_000 },
      onProgress: ({ file }) => file !== undefined && stop.abort(new Error('enough')),
    });
    await expect(fetching).rejects.toThrow('enough');
    expect(requests.some((request) => request.url === '/good.tar.gz')).toBe(false);
    expect(await readdir(directory)).toEqual([]);
  });

  it('asks no other mirror when the disk is full', async () => {
    const directory = await temporaryFolder();
    const full: Mirror = {
      name: 'full',
      obtain: ({ filePath }) =>
        Promise.reject(writeError(filePath('first.bin'), Object.assign(new Error('no space'), { code: 'ENOSPC' }))),
    };
    const never: Mirror = { name: 'never', obtain: () => Promise.reject(new Error('was asked')) };
    await expect(fetchDataset(description, { directory, mirrors: [full, never] })).rejects.toThrow(
      'first.bin: expected room on the disk for writing, received "ENOSPC"; free some space and run again',
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses a second fetch while one runs, and takes over from one that died', async () => {
    const directory = await temporaryFolder();
    const inner: Mirror = {
      name: 'inner',
      async obtain() {
        await expect(fetchDataset(description, { directory, mirrors: [] })).rejects.toThrow(
          `expected one fetch at a time for the data set, received "another by process ${process.pid}"`,
        );
        throw new Error('done');
      },
    };
    await expect(fetchDataset(description, { directory, mirrors: [inner] })).rejects.toThrow('done');
    const { address } = await startMirrors();
    await mkdir(join(directory, '.fetch-synthetic-bin'), { recursive: true });
    // No process has a number beyond 2^22 on Linux.
    await writeFile(join(directory, '.fetch-synthetic-bin', 'lock'), String(2 ** 22 + 1));
    await fetchDataset(description, { directory, mirrors: [archiveMirror({ url: `${address}/good.tar.gz` })] });
    expect(await readdir(directory)).toEqual(['synthetic-bin']);
  });

  it('refuses a directory that is a file, and an unknown name', async () => {
    const directory = join(await temporaryFolder(), 'file');
    await writeFile(directory, '');
    await expect(fetchDataset(description, { directory, mirrors: [] })).rejects.toThrow('expected a folder');
    await expect(fetchDataset('cifar11', { directory })).rejects.toThrow('did you mean "cifar10"?');
  });
});
