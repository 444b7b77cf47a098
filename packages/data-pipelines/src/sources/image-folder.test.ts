import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { openImageFolder } from './image-folder.js';
import { createLocationReader } from './read-location.js';

const temporaryFolder = useTemporaryFolders();

async function folderOf(files: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `bytes of ${file}`);
  }
  return folder;
}

describe('openImageFolder', () => {
  it('labels by sorted folder names, and lists images in order of their paths', async () => {
    const folder = await folderOf(['n02/b.JPEG', 'n02/a.png', 'n01/z.jpg', 'n01/deep/er/y.webp', 'N3/x.jpeg']);
    const source = await openImageFolder(folder);
    expect(source.classNames).toEqual(['N3', 'n01', 'n02']);
    const images = Array.from({ length: source.count }, (_, index) => [source.label(index), source.id(index)]);
    expect(images).toEqual([
      [0, 'N3/x.jpeg'],
      [1, 'n01/deep/er/y.webp'],
      [1, 'n01/z.jpg'],
      [2, 'n02/a.png'],
      [2, 'n02/b.JPEG'],
    ]);
    const bytes = await createLocationReader().read(source.location(3));
    expect(Buffer.from(bytes).toString()).toBe('bytes of n02/a.png');
    expect(() => source.label(5)).toThrow(RangeError);
  });

  it('takes the labels of other classes, and refuses a folder that is none of them', async () => {
    const folder = await folderOf(['b/1.jpg']);
    const source = await openImageFolder(folder, { classNames: ['a', 'b'] });
    expect(source.label(0)).toBe(1);
    await expect(openImageFolder(folder, { classNames: ['a', 'c'] })).rejects.toThrow(
      'expected folders named as the classes for the folder, received "b"',
    );
  });

  it('passes over links, other files and what lies beside the classes, and lists them', async () => {
    const folder = await folderOf(['a/1.jpg', 'b/1.jpg', 'b/notes.txt', 'readme.md', '.hidden/1.jpg', 'a/.DS_Store']);
    await symlink('/etc/passwd', join(folder, 'a/0.jpg'));
    await symlink('/etc', join(folder, 'c'));
    const source = await openImageFolder(folder);
    expect(source.count).toBe(2);
    expect(source.passedOver).toEqual([
      { id: 'c', reason: 'a link, which may lead outside' },
      { id: 'readme.md', reason: 'not a folder of a class' },
      { id: 'a/0.jpg', reason: 'a link, which may lead outside' },
      { id: 'b/notes.txt', reason: 'not named as an image' },
    ]);
  });

  it('refuses an empty class, one class, no class and no folder, saying what to do', async () => {
    const folder = await folderOf(['a/1.jpg', 'b/notes.txt']);
    await expect(openImageFolder(folder)).rejects.toThrow(
      'expected images for the class folder b, received "none"; fill or remove the folder',
    );
    await expect(openImageFolder(join(folder, 'a'))).rejects.toThrow('expected images for the source');
    await expect(openImageFolder(await folderOf(['a/1.jpg']))).rejects.toThrow(
      'expected at least 2 classes for the source, received ["a"]; a classifier needs two; is this the folder of one',
    );
    await expect(openImageFolder(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ERR_DATA' });
  });
});

describe('createLocationReader', () => {
  it('refuses files that are missing, no files, shorter than said or too large', async () => {
    const folder = await folderOf(['a.jpg']);
    const reader = createLocationReader(10);
    const path = join(folder, 'a.jpg');
    await expect(reader.read({ kind: 'file', path })).rejects.toThrow('expected at most 10 bytes, received 14');
    await expect(reader.read({ kind: 'file', path: folder })).rejects.toThrow('expected a file');
    await expect(reader.read({ kind: 'file', path: `${path}x` })).rejects.toThrow('ENOENT');
    await expect(reader.read({ kind: 'range', path, offset: 9, bytes: 8 })).rejects.toThrow(
      'expected 8 bytes, received 5, then the end of the file',
    );
    expect(Buffer.from(await reader.read({ kind: 'range', path, offset: 6, bytes: 2 })).toString()).toBe('of');
  });
});
