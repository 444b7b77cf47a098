import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainTar } from '../__fixtures__/plain-tar.js';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import type { ImageSource } from './image-source.js';
import { openImageSets } from './open-image-sets.js';

const temporaryFolder = useTemporaryFolders();

async function written(folder: string, name: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}

const shard = (samples: readonly (readonly [key: string, label: number])[]): Uint8Array =>
  plainTar(
    samples.flatMap(([key, label]) => [
      { path: `${key}.jpg`, content: Buffer.from('image') },
      { path: `${key}.cls`, content: Buffer.from(String(label)) },
    ]),
  );

const ids = (source: ImageSource): string[] => Array.from({ length: source.count }, (_, index) => source.id(index));

describe('openImageSets', () => {
  it('finds class folders, and the validation part under any of its names', async () => {
    const folder = await temporaryFolder();
    await pictureFolder(join(folder, 'train'));
    await pictureFolder(join(folder, 'test'), { pictures: 3 });
    const sets = await openImageSets(folder);
    expect(sets).toMatchObject({ layout: 'class folders', train: { count: 9 }, validation: { count: 3 } });
    await rename(join(folder, 'test'), join(folder, 'val'));
    expect((await openImageSets(folder)).validation.name).toBe(join(folder, 'val'));
  });

  it('gives classes of the training images to validation images that lack some', async () => {
    const folder = await temporaryFolder();
    await pictureFolder(join(folder, 'train'));
    await pictureFolder(join(folder, 'val'), { pictures: 3 });
    await rm(join(folder, 'val', 'n0'), { recursive: true });
    const { validation } = await openImageSets(folder);
    expect(validation.classNames).toEqual(['n0', 'n1', 'n2']);
    expect([validation.label(0), validation.label(1)]).toEqual([1, 2]);
  });

  it('reads the official archive of training images beside unpacked validation images', async () => {
    const folder = await temporaryFolder();
    const image = [{ path: 'x.JPEG', content: Buffer.from('image') }];
    const classes = ['n0', 'n1', 'n2'].map((name) => ({ path: `${name}.tar`, content: plainTar(image) }));
    await written(folder, 'ILSVRC2012_img_train.tar', plainTar(classes));
    await expect(openImageSets(folder)).rejects.toThrow('or a folder val with a folder a class');
    await pictureFolder(join(folder, 'val'), { pictures: 3 });
    const sets = await openImageSets(folder);
    expect(sets).toMatchObject({ layout: 'ILSVRC archive', train: { count: 3 }, validation: { count: 3 } });
    expect(sets.validation.classNames).toEqual(sets.train.classNames);
  });

  it('finds shards in folders, beside one another, and below data', async () => {
    const folder = await temporaryFolder();
    await written(
      folder,
      'train/a.tar',
      shard([
        ['a', 0],
        ['b', 2],
      ]),
    );
    await written(folder, 'validation/a.tar', shard([['c', 1]]));
    const apart = await openImageSets(folder);
    expect(apart).toMatchObject({ layout: 'tar shards', train: { count: 2 }, validation: { count: 1 } });
    expect(apart.validation.classNames).toEqual(['0', '1', '2']);

    const beside = await temporaryFolder();
    await written(beside, 'data/train-1.tar', shard([['b', 1]]));
    await written(beside, 'data/train-0.tar', shard([['a', 0]]));
    await expect(openImageSets(beside)).rejects.toThrow('expected validation shards val*.tar');
    await written(beside, 'data/val.tar', shard([['c', 1]]));
    const { train, validation } = await openImageSets(beside);
    expect(ids(train)).toEqual(['train-0.tar/a', 'train-1.tar/b']);
    expect(ids(validation)).toEqual(['val.tar/c']);
  });

  it('says what it looked for', async () => {
    const folder = await temporaryFolder();
    await expect(openImageSets(join(folder, 'no'))).rejects.toThrow('expected a folder of images that can be read');
    await expect(openImageSets(folder)).rejects.toThrow(
      'expected folders train and val, or shards train-*.tar or train-*.parquet, for the folder, received "nothing"',
    );
    await pictureFolder(join(folder, 'train'));
    await expect(openImageSets(folder)).rejects.toThrow('expected a folder val, validation, test beside train');
    await pictureFolder(join(folder, 'val', 'inner'));
    await expect(openImageSets(folder)).rejects.toThrow('expected folders named as the classes');
  });
});
