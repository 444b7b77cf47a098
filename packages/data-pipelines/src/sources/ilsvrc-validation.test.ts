import fc from 'fast-check';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { matFile } from '../__fixtures__/mat-file.js';
import { plainTar } from '../__fixtures__/plain-tar.js';
import { useTemporaryFolders } from '../__fixtures__/temporary-folder.js';
import { UnreadableImage } from '../images/unreadable-image.js';
import { openIlsvrcValidation } from './ilsvrc-validation.js';
import { readMatStructs } from './mat-file.js';
import { openImageSets } from './open-image-sets.js';

const temporaryFolder = useTemporaryFolders();
const synsets = [
  { ILSVRC2012_ID: 1, WNID: 'n02119789', words: 'kit fox, Vulpes macrotis' },
  { ILSVRC2012_ID: 2, WNID: 'n02100735', words: 'English setter' },
  { ILSVRC2012_ID: 300, WNID: 'n01440764', words: 'tench' },
];
const classNames = ['n01440764', 'n02100735', 'n02119789'];
const truth = (text: string) => ({
  path: 'ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt',
  content: Buffer.from(text),
});
const meta = (content = matFile(synsets)) => ({ path: 'ILSVRC2012_devkit_t12/data/meta.mat', content });
const image = (number: number) => ({
  path: `ILSVRC2012_val_${String(number).padStart(8, '0')}.JPEG`,
  content: Buffer.from(`image ${number}`),
});

async function official({
  images = [image(2), image(1), image(3)],
  kit = [truth('2\n300\n1\n'), meta()],
} = {}): Promise<{ folder: string; archive: string; devkit: string }> {
  const folder = await temporaryFolder();
  const archive = join(folder, 'ILSVRC2012_img_val.tar');
  const devkit = join(folder, 'ILSVRC2012_devkit_t12.tar.gz');
  await writeFile(archive, plainTar(images));
  await writeFile(devkit, gzipSync(plainTar(kit)));
  return { folder, archive, devkit };
}

describe('readMatStructs', () => {
  it.each([true, false])('reads text and numbers of an array of structs, compressed: %s', (compress) => {
    const rows = readMatStructs(matFile(synsets, { compress }));
    expect(rows.map((row) => Object.fromEntries(row))).toEqual(synsets);
  });

  it('refuses structs without fields, of which a file could claim any number', () => {
    const endless = matFile([{}], { compress: false });
    expect(() => readMatStructs(endless)).toThrow('expected structs with fields');
  });

  it('refuses everything else in words, whatever was done to it', () => {
    const whole = matFile(synsets, { compress: false });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const spoilt = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) spoilt[at] = value;
        try {
          readMatStructs(spoilt);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableImage);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('openIlsvrcValidation', () => {
  it('pairs the images of the archive with the synsets of the kit, in the order of their names', async () => {
    const { archive, devkit } = await official();
    const source = await openIlsvrcValidation(archive, { devkit, classNames });
    expect([0, 1, 2].map((index) => [source.id(index), source.label(index)])).toEqual([
      ['ILSVRC2012_val_00000001.JPEG', 1],
      ['ILSVRC2012_val_00000002.JPEG', 0],
      ['ILSVRC2012_val_00000003.JPEG', 2],
    ]);
  });

  it('takes an unpacked kit too', async () => {
    const { folder, archive } = await official();
    const devkit = join(folder, 'kit');
    await mkdir(join(devkit, 'data'), { recursive: true });
    await writeFile(join(devkit, 'data', 'meta.mat'), matFile(synsets));
    await writeFile(join(devkit, 'data', 'ILSVRC2012_validation_ground_truth.txt'), '1\n1\n1\n');
    const source = await openIlsvrcValidation(archive, { devkit, classNames });
    expect([0, 1, 2].map((index) => source.label(index))).toEqual([2, 2, 2]);
  });

  it('is found by openImageSets beside the training archive', async () => {
    const { folder } = await official();
    const classes = classNames.map((name) => ({ path: `${name}.tar`, content: plainTar([image(1)]) }));
    await writeFile(join(folder, 'ILSVRC2012_img_train.tar'), plainTar(classes));
    const { validation, layout } = await openImageSets(folder);
    expect([layout, validation.count, validation.label(0)]).toEqual(['ILSVRC archive', 3, 1]);
  });

  it.each([
    ['a number without a synset', { kit: [truth('2\n7\n1\n'), meta()] }, 'the number of a synset in line 2'],
    ['fewer lines than images', { kit: [truth('2\n'), meta()] }, 'expected a number from 1 to 1'],
    ['a kit without its list', { kit: [meta()] }, 'an archive without'],
    ['a list that is no MAT-file', { kit: [truth('2\n'), meta(Buffer.from('text'))] }, 'a MAT-file of level 5'],
    [
      'a class that is not trained on',
      { kit: [truth('2\n2\n2\n'), meta(matFile([{ ILSVRC2012_ID: 2, WNID: 'n9' }]))] },
      'expected a class of the training images',
    ],
  ])('says what is wrong with %s', async (_what, change, message) => {
    const { archive, devkit } = await official(change);
    await expect(openIlsvrcValidation(archive, { devkit, classNames })).rejects.toMatchObject({
      code: 'ERR_DATA',
      message: expect.stringContaining(message),
    });
  });
});
