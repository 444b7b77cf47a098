import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainTar } from '../__fixtures__/plain-tar.js';
import type { TarEntry } from '../__fixtures__/tar-archive.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { openIlsvrcTrain } from './ilsvrc-train.js';
import type { ImageSource } from './image-source.js';
import { createLocationReader } from './read-location.js';
import { indexTar } from './tar-index.js';
import { openWebDataset } from './web-dataset.js';

const temporaryFolder = useTemporaryFolders();
const file = (path: string, content = `bytes of ${path}`): TarEntry => ({ path, content: Buffer.from(content) });

async function written(content: Uint8Array, name = 'archive.tar'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

async function contents(source: ImageSource): Promise<string[]> {
  const reader = createLocationReader();
  const all = [];
  for (let index = 0; index < source.count; index += 1) {
    all.push(Buffer.from(await reader.read(source.location(index))).toString());
  }
  return all;
}

describe('indexTar', () => {
  it('finds files of any name and size where they lie', async () => {
    const names = fc.string({ unit: fc.constantFrom('a', 'ü', '.', '-'), minLength: 1, maxLength: 98 });
    const entries = fc.array(fc.record({ name: names, size: fc.nat(1500) }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(entries, async (wanted) => {
        const members = wanted.map(({ name, size }, at) => file(`d/${at}${name}`.slice(0, 90), 'x'.repeat(size)));
        const fitting = members.filter(({ path }) => Buffer.byteLength(path) < 100);
        const archive = plainTar(fitting);
        const { files } = await indexTar(await written(archive));
        expect(files.map(({ name, bytes }) => [name, bytes])).toEqual(
          fitting.map(({ path, content }) => [path, content?.length]),
        );
        for (const { offset, bytes } of files)
          expect(archive.subarray(offset, offset + bytes).every((b) => b === 120)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('reads long names, of GNU and of pax, and sizes in binary', async () => {
    const long = `${'folder/'.repeat(30)}x.jpg`;
    const gnu = plainTar([file('././@LongLink', `${long}\0`), file('short.jpg')]);
    retype(gnu, 0, 'L');
    expect((await indexTar(await written(gnu))).files.map(({ name }) => name)).toEqual([long]);
    const record = `path=${long}\n`;
    const pax = plainTar([file('PaxHeader', `${record.length + 4} ${record}`), file('short.jpg')]);
    retype(pax, 0, 'x');
    expect((await indexTar(await written(pax))).files.map(({ name }) => name)).toEqual([long]);
    const binary = plainTar([file('a.jpg', 'four')]);
    binary.set([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4], 124);
    retype(binary, 0, '0');
    expect((await indexTar(await written(binary))).files).toEqual([{ name: 'a.jpg', offset: 512, bytes: 4 }]);
  });

  it('passes over links and names that lead outside', async () => {
    const archive = plainTar([
      file('../outside.jpg'),
      file('/etc/absolute.jpg'),
      file('a/../../b.jpg'),
      { path: 'link.jpg', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      { path: 'folder', type: 'Directory' },
      file('./a/fine..jpg'),
    ]);
    const { files, passedOver } = await indexTar(await written(archive));
    expect(files.map(({ name }) => name)).toEqual(['a/fine..jpg']);
    expect(passedOver.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
      '../outside.jpg: a name that leads outside the archive',
      '/etc/absolute.jpg: a name that leads outside the archive',
      'a/../../b.jpg: a name that leads outside the archive',
      'link.jpg: a link, which may lead outside',
    ]);
  });

  it('refuses an archive that is cut anywhere, and none', async () => {
    const archive = plainTar([file('a.jpg', 'x'.repeat(700)), file('b.jpg')]);
    const whole = archive.length - 1024;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole + 511 }), async (length) => {
        await expect(indexTar(await written(archive.subarray(0, length)))).rejects.toMatchObject({ code: 'ERR_DATA' });
      }),
      { numRuns: 40 },
    );
    await expect(indexTar(await written(Buffer.alloc(4096, 'no tar')))).rejects.toThrow('expected a tar header');
    await expect(indexTar('/absent.tar')).rejects.toMatchObject({ code: 'ERR_DATA', source: '/absent.tar' });
  });

  it('ends on any altered byte', async () => {
    const archive = plainTar([file('a.jpg', 'x'.repeat(700)), file('b.jpg')]);
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (at, to) => {
        const altered = Buffer.from(archive);
        altered[at] = to;
        const outcome = await indexTar(await written(altered)).catch((error: unknown) => error);
        expect(outcome).toMatchObject(outcome instanceof Error ? { code: 'ERR_DATA' } : { passedOver: [] });
      }),
      { numRuns: 60 },
    );
  });
});

/** Changes a member's type, and its checksum to fit. */
function retype(archive: Buffer, at: number, type: string): void {
  archive.write(type, at + 156, 'latin1');
  archive.fill(32, at + 148, at + 156);
  const sum = archive.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
}

describe('openIlsvrcTrain', () => {
  it('reads archives within the archive, labelled by sorted synsets', async () => {
    const inner = (synset: string): TarEntry => ({
      path: `${synset}.tar`,
      content: plainTar([file(`${synset}_2.JPEG`), file(`${synset}_1.JPEG`), file('notes.txt')]),
    });
    const source = await openIlsvrcTrain(await written(plainTar([inner('n02'), inner('n01')])));
    expect(source.classNames).toEqual(['n01', 'n02']);
    expect(source.id(0)).toBe('n01/n01_2.JPEG');
    expect([0, 1, 2, 3].map((index) => source.label(index))).toEqual([0, 0, 1, 1]);
    expect(await contents(source)).toEqual(['n01_2', 'n01_1', 'n02_2', 'n02_1'].map((name) => `bytes of ${name}.JPEG`));
  });

  it('refuses an archive of images, and one whose inner archive is damaged', async () => {
    await expect(openIlsvrcTrain(await written(plainTar([file('a.jpg')])))).rejects.toThrow('use openWebDataset');
    const broken = { path: 'n01.tar', content: plainTar([file('a.jpg')]).subarray(0, 600) };
    await expect(openIlsvrcTrain(await written(plainTar([broken])))).rejects.toMatchObject({ code: 'ERR_DATA' });
  });
});

describe('openWebDataset', () => {
  it('joins images and classes by name, over shards in order', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'b.tar'), plainTar([file('0.jpg'), file('0.json', '{"label": 2}')]));
    await writeFile(
      join(folder, 'a.tar'),
      plainTar([
        file('x/1.cls', '1\n'),
        file('x/1.seg.png'),
        file('x/2.jpg'),
        file('3.cls', '0'),
        file('4.png'),
        file('4.cls', '0'),
      ]),
    );
    const source = await openWebDataset(folder);
    expect(source.classNames).toEqual(['0', '1', '2']);
    expect([0, 1, 2].map((index) => [source.id(index), source.label(index)])).toEqual([
      ['a.tar/x/1', 1],
      ['a.tar/4', 0],
      ['b.tar/0', 2],
    ]);
    expect(await contents(source)).toEqual(['bytes of x/1.seg.png', 'bytes of 4.png', 'bytes of 0.jpg']);
    expect(source.passedOver).toEqual([
      { id: 'a.tar/x/2', reason: 'a sample without a class' },
      { id: 'a.tar/3', reason: 'a sample without an image' },
    ]);
  });

  it.each([
    ['-1', 'a whole number'],
    ['cat', 'a whole number'],
    ['1e99', 'a whole number'],
    ['9'.repeat(9), 'a whole number'],
  ])('refuses the class %s', async (written_, message) => {
    const path = await written(plainTar([file('0.jpg'), file('0.cls', written_)]));
    await expect(openWebDataset(path)).rejects.toThrow(message);
  });

  it('refuses labels beyond the classes, JSON that is none, and shards without samples', async () => {
    const path = await written(plainTar([file('0.jpg'), file('0.cls', '5')]));
    await expect(openWebDataset(path, { classNames: ['a', 'b'] })).rejects.toThrow('expected 0 to 1 for the label of');
    const json = await written(plainTar([file('0.jpg'), file('0.json', '{')]));
    await expect(openWebDataset(json)).rejects.toThrow('expected JSON for the class');
    await expect(openWebDataset(await written(plainTar([])))).rejects.toThrow('expected images for the source');
    await expect(openWebDataset(await temporaryFolder())).rejects.toThrow('expected files *.tar for the folder');
  });
});
