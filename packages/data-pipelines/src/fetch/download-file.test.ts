import type { RequestListener } from 'node:http';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { answerFile, type LocalServer, startServer } from '../__fixtures__/local-server.js';
import { sumOf } from '../__fixtures__/synthetic-dataset.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { downloadFile, type DownloadFileOptions } from './download-file.js';

const temporaryFolder = useTemporaryFolders();
const CONTENT = Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7) % 256);

let server: LocalServer | undefined;
afterEach(async () => server?.close());

/** Long enough that no test meets it unless its server never answers. */
const PATIENCE = 60_000;

async function prepare(handler: RequestListener, extra: Partial<DownloadFileOptions> = {}) {
  server = await startServer(handler);
  const folder = await temporaryFolder();
  const path = join(folder, 'archive.bin');
  const stages: string[] = [];
  const options: DownloadFileOptions = {
    ...{ url: `${server.address}/archive.bin`, path, answerTimeout: PATIENCE, stallTimeout: PATIENCE },
    ...{ bytes: CONTENT.length, checksum: sumOf(CONTENT, 'md5') },
    signal: new AbortController().signal,
    report({ stage, receivedBytes }) {
      stages.push(stage);
      server?.arrived(receivedBytes);
    },
    ...extra,
  };
  return { options, folder, path, stages, requests: server.requests };
}

describe('downloadFile', () => {
  it('downloads, checks, and leaves nothing but the file', async () => {
    const { options, folder, path, stages } = await prepare((request, response) =>
      answerFile(request, response, CONTENT),
    );
    await downloadFile(options);
    expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
    expect(await readdir(folder)).toEqual(['archive.bin']);
    expect(new Set(stages)).toEqual(new Set(['asking', 'downloading', 'verifying']));
  });

  it('continues within one call where the connection ended, without asking for a byte twice', async () => {
    const { options, path, requests } = await prepare((request, response) =>
      answerFile(request, response, CONTENT, { upTo: 20_000 }),
    );
    await downloadFile(options);
    expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
    expect(requests.map((request) => request.headers.range)).toEqual([undefined, 'bytes=20000-', 'bytes=40000-']);
    expect(requests[1]?.headers['if-range']).toBe('"1"');
  });

  it('gives up on a server that sends nothing, keeps what came, and resumes in the next call', async () => {
    let broken = true;
    const { options, folder, path, requests } = await prepare((request, response) => {
      if (broken && request.headers.range !== undefined) response.destroy();
      else answerFile(request, response, CONTENT, broken ? { upTo: 12_345 } : {});
    });
    await expect(downloadFile(options)).rejects.toThrow(/archive\.bin: expected an answer/);
    expect((await readdir(folder)).sort()).toEqual(['archive.bin.part', 'archive.bin.part.json']);
    broken = false;
    await downloadFile(options);
    expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
    expect(requests.at(-1)?.headers.range).toBe('bytes=12345-');
  });

  it('says how much came when a download without a known sum is cut off for good', async () => {
    const { options } = await prepare((request, response) => {
      if (request.headers.range === undefined) answerFile(request, response, CONTENT, { upTo: 777 });
      else {
        response.writeHead(206, {
          'content-length': 1,
          'content-range': `bytes 777-${CONTENT.length - 1}/${CONTENT.length}`,
        });
        response.flushHeaders();
        response.destroy();
      }
    });
    await expect(downloadFile(options)).rejects.toThrow(
      'expected 50000 bytes for the download, received "777 bytes and then the end of the connection"; run again to resume',
    );
  });

  it('starts afresh when the server has another file by now', async () => {
    const old = CONTENT.map((byte) => 255 - byte);
    let current = old;
    let etag = '"old"';
    const { options, path } = await prepare(
      (request, response) =>
        answerFile(request, response, current, { etag, upTo: current === old ? 30_000 : Infinity }),
      { checksum: sumOf(CONTENT, 'sha1') },
    );
    const stop = new AbortController();
    const aborting = { ...options, signal: stop.signal, report: () => stop.abort() };
    await writeFile(`${path}.part`, old.subarray(0, 30_000));
    await writeFile(`${path}.part.json`, JSON.stringify({ url: options.url, validator: '"old"' }));
    await expect(downloadFile(aborting)).rejects.toThrow(/abort/);
    current = CONTENT;
    etag = '"new"';
    await downloadFile(options);
    expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
  });

  it('does not continue what was begun from another address or what it has no record of', async () => {
    const { options, path, requests } = await prepare((request, response) => answerFile(request, response, CONTENT));
    for (const record of [JSON.stringify({ url: 'http://elsewhere/', validator: '"1"' }), '{"url":', '']) {
      await writeFile(`${path}.part`, 'left over');
      await writeFile(`${path}.part.json`, record);
      await downloadFile(options);
      expect(requests.at(-1)?.headers.range).toBeUndefined();
      expect(Buffer.compare(await readFile(path), CONTENT)).toBe(0);
    }
  });

  it('refuses a wrong checksum, naming both, and keeps nothing', async () => {
    const altered = CONTENT.map((byte, index) => (index === 1000 ? byte ^ 1 : byte));
    const { options, folder } = await prepare((request, response) => answerFile(request, response, altered));
    await expect(downloadFile(options)).rejects.toThrow(
      `expected md5 ${sumOf(CONTENT, 'md5').hex} for the file, received "md5 ${sumOf(altered, 'md5').hex}"`,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses another size before it takes the file', async () => {
    const { options, folder } = await prepare((request, response) =>
      answerFile(request, response, CONTENT.subarray(1)),
    );
    await expect(downloadFile(options)).rejects.toThrow('expected 50000 bytes for the file, received "49999 bytes"');
    expect(await readdir(folder)).toEqual([]);
  });

  it('stops a server that sends more than it should without saying how much', async () => {
    const { options, folder } = await prepare((_request, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.end(Buffer.concat([CONTENT, Buffer.from([1])]));
    });
    await expect(downloadFile(options)).rejects.toThrow('expected 50000 bytes for the file, received "more"');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a file that the disk has no room for before it takes a byte', async () => {
    const {
      bytes: _bytes,
      checksum: _checksum,
      ...options
    } = (
      await prepare((_request, response) => {
        response.writeHead(200, { 'content-length': 2 ** 52 });
        response.flushHeaders();
      })
    ).options;
    await expect(downloadFile(options)).rejects.toThrow(
      `expected ${2 ** 52} bytes of free space for the disk, received`,
    );
  });

  it('leaves a mirror that does not answer in time', async () => {
    const { options } = await prepare(() => undefined, { answerTimeout: 20 });
    await expect(downloadFile(options)).rejects.toThrow(
      'expected an answer within 20 ms for the mirror, received "none"',
    );
  });

  it('leaves a mirror that stops in the middle, and keeps what came', async () => {
    const { options, folder } = await prepare(
      (_request, response) => {
        response.writeHead(200, { 'content-length': CONTENT.length });
        response.write(CONTENT.subarray(0, 100));
      },
      { stallTimeout: 50 },
    );
    await expect(downloadFile(options)).rejects.toThrow('expected more bytes within 50 ms for the download');
    expect((await readFile(join(folder, 'archive.bin.part'))).length).toBe(100);
  });

  it.each([404, 403, 500])('names status %i', async (status) => {
    const { options } = await prepare((_request, response) => response.writeHead(status).end());
    await expect(downloadFile(options)).rejects.toThrow(
      `expected status 200 for the answer, received "status ${status}"`,
    );
  });

  it('names a refused connection and an address that is none', async () => {
    const { options } = await prepare(() => undefined);
    await server?.close();
    await expect(downloadFile(options)).rejects.toThrow('expected an answer for the mirror, received "ECONNREFUSED"');
    await expect(downloadFile({ ...options, url: 'file:///etc/hostname' })).rejects.toThrow(
      'expected an answer for the mirror',
    );
  });

  it("stops when the caller aborts, with the caller's reason", async () => {
    const stop = new AbortController();
    const { options } = await prepare(
      (_request, response) => {
        response.writeHead(200, { 'content-length': CONTENT.length });
        response.write(CONTENT.subarray(0, 100));
      },
      { signal: stop.signal, report: ({ stage }) => stage === 'downloading' && stop.abort(new Error('enough')) },
    );
    await expect(downloadFile(options)).rejects.toThrow('enough');
  });
});
