import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tarArchive, type TarEntry } from '../__fixtures__/tar-archive.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { extractTar } from './extract-tar.js';

const temporaryFolder = useTemporaryFolders();
const { signal } = new AbortController();
const CONTENT = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 13) % 251);

async function* chunksOf(bytes: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function extract(entries: readonly TarEntry[] | Uint8Array, wanted = ['data/a.bin', 'data/b.bin']) {
  const folder = await temporaryFolder();
  const archive = entries instanceof Uint8Array ? entries : tarArchive(entries);
  const members = wanted.map((name) => ({
    name,
    bytes: { minimum: CONTENT.length, maximum: CONTENT.length },
    path: join(folder, name.replace('data/', '')),
  }));
  const done = extractTar(chunksOf(archive), { source: 'archive.tar.gz', members, signal });
  return { folder, done };
}

const good: TarEntry[] = [
  { path: 'data/', type: 'Directory' },
  { path: 'data/readme.html', content: CONTENT },
  { path: 'data/a.bin', content: CONTENT },
  { path: 'data/b.bin', content: CONTENT.map((byte) => 250 - byte) },
];

describe('extractTar', () => {
  it('takes what was asked for and nothing else', async () => {
    const { folder, done } = await extract(good);
    await done;
    expect((await readdir(folder)).sort()).toEqual(['a.bin', 'b.bin']);
    expect(Buffer.compare(await readFile(join(folder, 'a.bin')), CONTENT)).toBe(0);
  });

  it('writes nothing for names that point elsewhere', async () => {
    const evil = ['../a.bin', '/tmp/a.bin', 'data/../../a.bin', 'data\\a.bin'].map((path) => ({
      path,
      content: CONTENT,
    }));
    const { folder, done } = await extract(evil);
    await expect(done).rejects.toThrow('archive.tar.gz: expected data/a.bin for a member of the archive');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a link in place of a file', async () => {
    const { folder, done } = await extract([
      { path: 'data/a.bin', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      ...good.slice(3),
    ]);
    await expect(done).rejects.toThrow('expected a file for the member data/a.bin, received "SymbolicLink"');
    expect(await readdir(folder)).not.toContain('a.bin');
  });

  it('refuses another size before it writes', async () => {
    const { folder, done } = await extract([{ path: 'data/a.bin', content: CONTENT.subarray(1) }, ...good.slice(3)]);
    await expect(done).rejects.toThrow('expected 100000 bytes for the member data/a.bin, received "99999 bytes"');
    expect(await readdir(folder)).not.toContain('a.bin');
  });

  it('refuses archives cut short anywhere, and leaves no half file', async () => {
    const whole = tarArchive(good);
    for (const part of [0, 0.1, 0.5, 0.9]) {
      const { folder, done } = await extract(whole.subarray(0, Math.floor(part * whole.length)));
      await expect(done).rejects.toThrow(/^archive\.tar\.gz: expected /);
      for (const name of await readdir(folder))
        expect((await readFile(join(folder, name))).length).toBe(CONTENT.length);
    }
  });

  it('refuses bytes that are no archive', async () => {
    const { done } = await extract(CONTENT);
    await expect(done).rejects.toThrow(/^archive\.tar\.gz: expected /);
  });

  it('passes on an abort', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    const done = extractTar(chunksOf(tarArchive(good)), { source: 'a', members: [], signal: stop.signal });
    await expect(done).rejects.toThrow('enough');
  });
});
