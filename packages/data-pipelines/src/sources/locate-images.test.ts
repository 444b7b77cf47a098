import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureFolder } from '../__fixtures__/picture-folder.js';
import { parquetShard, tarShard } from '../__fixtures__/shards.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { locateTestImages } from './locate-images.js';
import { openImagePlace } from './open-image-place.js';

const temporaryFolder = useTemporaryFolders();
const classNames = ['n0', 'n1', 'n2'];

async function written(folder: string, name: string, content: Uint8Array | string = ''): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

describe('locateTestImages', () => {
  it('takes the folder itself where it has folders of the classes, before any part in it', async () => {
    const folder = await pictureFolder(await temporaryFolder());
    await pictureFolder(join(folder, 'val'));
    expect(await locateTestImages(folder, classNames)).toEqual({ layout: 'class folders', folder });
  });

  it('takes the validation part by its first name, folders of other classes excepted', async () => {
    const folder = await temporaryFolder();
    await pictureFolder(join(folder, 'test'));
    const test = join(folder, 'test');
    expect(await locateTestImages(folder, classNames)).toEqual({ layout: 'class folders', folder: test });
    expect(await locateTestImages(folder, ['cat', 'dog'])).toBeUndefined();
    const shard = await written(folder, 'val/0.tar');
    expect(await locateTestImages(folder, classNames)).toEqual({ layout: 'tar shards', shards: [shard] });
  });

  it.each(['tar', 'parquet'] as const)('takes %s shards by path, by folder, by name, below data', async (ending) => {
    const folder = await temporaryFolder();
    const layout = `${ending} shards`;
    await written(folder, `data/train-0.${ending}`);
    expect(await locateTestImages(folder, classNames)).toBeUndefined();
    const shards = [
      await written(folder, `data/test-00000.${ending}`),
      await written(folder, `data/test-00001.${ending}`),
    ];
    expect(await locateTestImages(folder, classNames)).toEqual({ layout, shards });
    expect(await locateTestImages(join(folder, 'data'), classNames)).toEqual({ layout, shards });
    expect(await locateTestImages(shards[1] ?? '', classNames)).toEqual({ layout, shards: [shards[1]] });
    const validation = await written(folder, `data/val.${ending}`);
    expect(await locateTestImages(folder, classNames)).toEqual({ layout, shards: [validation] });
    const own = await temporaryFolder();
    const only = await written(own, `some.${ending}`);
    expect(await locateTestImages(own, classNames)).toEqual({ layout, shards: [only] });
  });

  it('takes the official archive with its development kit, training images or not', async () => {
    const folder = await temporaryFolder();
    const archive = await written(folder, 'ILSVRC2012_img_val.tar');
    expect(await locateTestImages(folder, classNames)).toBeUndefined();
    const devkit = await written(folder, 'ILSVRC2012_devkit_t12.tar.gz');
    const place = { layout: 'ILSVRC archive', archive, devkit };
    expect(await locateTestImages(folder, classNames)).toEqual(place);
    await written(folder, 'ILSVRC2012_img_train.tar');
    expect(await locateTestImages(folder, classNames)).toEqual(place);
  });

  it('finds nothing in other folders and files, nor where there is none', async () => {
    const folder = await temporaryFolder();
    await written(folder, 'cifar-10-batches-bin/test_batch.bin');
    const text = await written(folder, 'notes.txt');
    for (const path of [folder, text, join(folder, 'nowhere')]) {
      expect(await locateTestImages(path, classNames)).toBeUndefined();
    }
  });
});

describe('openImagePlace', () => {
  const image = Buffer.from('image');
  const samples = [
    { image, label: 2 },
    { image, label: 1 },
  ];

  it.each([
    ['a.tar', tarShard(samples)],
    ['a.parquet', parquetShard(samples)],
    ['a.parquet', parquetShard(samples, classNames)],
  ])('opens %s with the classes of a network', async (name, content) => {
    const path = await written(await temporaryFolder(), name, content);
    const place = await locateTestImages(path, classNames);
    const source = place === undefined ? undefined : await openImagePlace(place, { classNames });
    expect(source).toMatchObject({ count: 2, classNames });
    expect([source?.label(0), source?.label(1)]).toEqual([2, 1]);
  });

  it('refuses images of other classes', async () => {
    const folder = await temporaryFolder();
    const named = await written(folder, 'a.parquet', parquetShard(samples, ['cat', 'dog', 'owl']));
    const open = async (path: string, names: readonly string[]): Promise<unknown> => {
      const place = await locateTestImages(path, names);
      return place === undefined ? undefined : await openImagePlace(place, { classNames: names });
    };
    await expect(open(named, classNames)).rejects.toThrow('expected the classes n0, n1, n2 for the file');
    const numbered = await written(folder, 'a.tar', tarShard(samples));
    await expect(open(numbered, ['n0', 'n1'])).rejects.toMatchObject({ code: 'ERR_DATA' });
    const damaged = await written(folder, 'b.parquet', 'PAR1');
    await expect(open(damaged, classNames)).rejects.toThrow('a whole parquet file');
    await expect(openImagePlace({ layout: 'ILSVRC archive', archive: 'val.tar', devkit: 'kit' })).rejects.toThrow(
      'the classes of the training images',
    );
    await rm(folder, { recursive: true });
    await expect(open(join(folder, 'val'), classNames)).resolves.toBeUndefined();
  });
});
