import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { pictureRecipe, writeAt, writePictureSet } from './picture-set.js';
import { runInProcess } from './run-in-process.js';
import { writeShadesAsFiles } from './synthetic-dataset.js';
import { parquetShard, tarShard, type Sample } from './shards.js';
import { trainShades, type TrainedShades } from './trained-shades.js';

interface Report {
  readonly protocol: string;
  readonly set: string;
  readonly examples: number;
  readonly loss: number;
  readonly top1Error: number;
  readonly confusion: number[][];
  readonly batchNorm: string;
  readonly members: readonly unknown[];
  readonly broken: readonly { readonly id: string }[];
  readonly worstMistakes: readonly { readonly image: string; readonly index: number }[];
}

let shades: TrainedShades;
beforeAll(async () => {
  shades = await trainShades();
});
afterAll(() => shades.remove());

async function evaluated(...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await runInProcess(['evaluate', ...args, '--threads', '1', '--json']);
  expect(code, stderr).toBe(exitCodes.ok);
  return JSON.parse(stdout);
}

describe.sequential('resnet evaluate', () => {
  let whole: Report;
  it('looks at a data set once, image by image', async () => {
    whole = await evaluated(shades.runFolder, '--data', shades.data);
    expect(whole).toMatchObject({ set: 'shades test', examples: 8, protocol: 'the whole image', broken: [] });
    expect(whole.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(8);
  });

  it('says the same of the same images in a folder', async () => {
    const folder = await evaluated(shades.runFolder, '--data', shades.photos, '--scales', '32');
    expect(folder).toMatchObject({ set: 'photos', examples: 8, protocol: '1-crop 32 of 32' });
    // The same operations on the same numbers in batches of other sizes.
    expect(Math.abs(folder.loss - whole.loss)).toBeLessThan(1e-6 * Math.max(1, whole.loss));
    expect(folder.confusion).toEqual(whole.confusion);
  });

  it('finds the images for testing beside those for training', async () => {
    const folder = join(shades.folder, 'with-parts');
    for (const part of ['train/dark', 'train/light']) mkdirSync(join(folder, part), { recursive: true });
    await writeShadesAsFiles(join(folder, 'val'));
    expect(await evaluated(shades.runFolder, '--data', folder)).toMatchObject({ set: 'val', examples: 8 });
  });

  it.each([
    [['--protocol', 'ten-crop'], '10-crop 32 of 37'],
    [['--protocol', 'ten-crop', '--scales', '40'], '10-crop 32 of 40'],
    [['--protocol', 'fully-convolutional'], 'fully convolutional at 32, 37, 55, 69, 91'],
    [['--protocol', 'fully-convolutional', '--scales', '32, 48'], 'fully convolutional at 32, 48'],
  ])('looks at images as %j says, in a data set and in a folder', async (args, protocol) => {
    const [set, folder] = [
      await evaluated(shades.runFolder, '--data', shades.data, ...args),
      await evaluated(shades.runFolder, '--data', shades.photos, ...args),
    ];
    expect(set).toMatchObject({ protocol, examples: 8 });
    expect(folder.protocol).toBe(protocol);
    // Scaled by the same filter: from memory, and by the decoder of files.
    expect(Math.abs(set.loss - folder.loss)).toBeLessThan(1e-4);
    expect(set.loss).not.toBe(whole.loss);
  });

  it.each([
    ['mirrored', 'the whole image and its mirror image'],
    ['shifted', 'the whole image, moved by a pixel to both sides, and mirrored'],
  ])('averages %s views of a data set, of which the first is the whole image', async (views, protocol) => {
    const report = await evaluated(shades.runFolder, '--data', shades.data, '--protocol', views);
    expect(report).toMatchObject({ protocol, examples: 8 });
    expect(report.loss).not.toBe(whole.loss);
    const center = await evaluated(shades.runFolder, '--data', shades.data, '--protocol', 'center-crop');
    expect(center.loss).toBe(whole.loss);
  });

  it('evaluates as the recipe does unless told otherwise', async () => {
    const own = await trainShades('--set', 'data.evaluation={"views":"shifted"}');
    try {
      const trained: { readonly loss: number; readonly set: string } = JSON.parse(
        readFileSync(join(own.runFolder, 'evaluation.json'), 'utf8'),
      );
      const [usual, alone] = [
        await evaluated(own.runFolder, '--data', own.data),
        await evaluated(own.runFolder, '--data', own.data, '--protocol', 'center-crop'),
      ];
      expect(usual.protocol).toMatch(/moved by a pixel/);
      expect(usual.loss).toBe(trained.loss);
      expect(trained.set).toBe('shades test, shifted views');
      expect(alone.loss).not.toBe(usual.loss);
    } finally {
      own.remove();
    }
  });

  it('averages several runs: one run twice is that run', async () => {
    const twice = await evaluated(shades.runFolder, shades.runFolder, '--data', shades.data);
    expect(twice.members).toHaveLength(2);
    expect(Math.abs(twice.loss - whole.loss)).toBeLessThan(1e-6 * Math.max(1, whole.loss));
    expect(twice.confusion).toEqual(whole.confusion);
  });

  it('replaces moving averages by true ones', async () => {
    const args = [shades.runFolder, '--data', shades.data, '--reestimate-batch-norm', '16'];
    const [first, again] = [await evaluated(...args), await evaluated(...args)];
    expect(first.batchNorm).toBe('re-estimated');
    expect(first.loss).not.toBe(whole.loss);
    expect(again).toEqual(first);
  });

  it('leaves out images that cannot be decoded, and names them', async () => {
    writeFileSync(join(shades.photos, 'dark', 'broken.png'), 'no image');
    const { examples, broken } = await evaluated(shades.runFolder, '--data', shades.photos);
    expect(examples).toBe(8);
    expect(broken.map(({ id }) => id)).toEqual(['dark/broken.png']);
  });

  it('writes a page with the worst mistakes as pictures', async () => {
    const path = join(shades.folder, 'pages', 'evaluation.html');
    // Labels the other way round: every right answer becomes a mistake.
    const swapped = join(shades.folder, 'swapped');
    await writeShadesAsFiles(swapped);
    renameSync(join(swapped, 'dark'), join(swapped, 'other'));
    renameSync(join(swapped, 'light'), join(swapped, 'dark'));
    renameSync(join(swapped, 'other'), join(swapped, 'light'));
    const straight = await evaluated(shades.runFolder, '--data', shades.photos);
    const report = await evaluated(shades.runFolder, '--data', swapped, '--report', path);
    expect(report.top1Error).toBe(1 - straight.top1Error);
    expect(report.worstMistakes.map(({ image }) => image)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(dark|light)\/\d\.png$/)]),
    );
    const page = readFileSync(path, 'utf8');
    expect(page).not.toContain('<script');
    expect(page.match(/<img src="data:image\/png;base64,/g)).toHaveLength(report.worstMistakes.length);
    expect(page).toContain('<h1>resnet8 on swapped, 1-crop 32 of 37</h1>');
  });

  it('prints figures with intervals, calibration and classes for people', async () => {
    const { stdout } = await runInProcess(['evaluate', shades.runFolder, '--data', shades.data]);
    expect(stdout).toMatch(/^resnet8 after 6 steps on 8 images of shades test: the whole image\n/);
    expect(stdout).toMatch(/^top-1 error +\d+\.\d % \(95 %: /m);
    expect(stdout).toMatch(/^calibration error +\d/m);
    expect(stdout).toMatch(/^dark +\d/m);
  });

  it.each([
    [['--protocol', 'ten-crop', '--scales', '40,48'], exitCodes.usage, /expected one size for --scales of ten-crop/],
    [['--protocol', 'ten-crop', '--scales', '16'], exitCodes.usage, /at most the shorter side, 16/],
    [['--protocol', 'shifted', '--scales', '32'], exitCodes.usage, /one run and a data set in the network's own size/],
    [['--scales', '32,x'], exitCodes.usage, /expected an integer >= 1/],
    [['--protocol', 'twelve-crop'], exitCodes.usage, /center-crop, ten-crop, fully-convolutional/],
    [['--data', 'nowhere'], exitCodes.usage, /shades/],
  ])('refuses %j', async (args, code, says) => {
    const result = await runInProcess(['evaluate', shades.runFolder, '--data', shades.data, ...args]);
    expect(result.stderr).toMatch(says);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
  });

  it('refuses a folder with a class that the network does not know', async () => {
    mkdirSync(join(shades.photos, 'blue'));
    const result = await runInProcess(['evaluate', shades.runFolder, '--data', shades.photos]);
    expect(result.stderr).toMatch(/folders named as the classes.*"blue"/);
    expect(result.code).toBe(exitCodes.data);
  });
});

describe.sequential('resnet evaluate of a run on images of any size', () => {
  let folder = '';
  let trained: { readonly runFolder: string; readonly evaluation: { readonly loss: number } };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'resnet-evaluate-'));
    await writePictureSet(join(folder, 'pictures'));
    writeFileSync(join(folder, 'pictures.json'), JSON.stringify(pictureRecipe));
    const { code, stdout, stderr } = await runInProcess([
      ...['train', '--recipe', join(folder, 'pictures.json'), '--data', join(folder, 'pictures')],
      ...['--out', join(folder, 'runs'), '--workers', '0', '--threads', '1', '--json'],
    ]);
    expect(code, stderr).toBe(exitCodes.ok);
    trained = JSON.parse(stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds its own images, and says what training said, to the bit', async () => {
    const report = await evaluated(trained.runFolder);
    expect(report).toMatchObject({ set: 'val', examples: 4, protocol: '1-crop 16 of 18' });
    expect(report.loss).toBe(trained.evaluation.loss);
  });

  it('cuts crops from the size that its recipe evaluates at', async () => {
    const report = await evaluated(trained.runFolder, '--protocol', 'ten-crop');
    expect(report).toMatchObject({ examples: 4, protocol: '10-crop 16 of 18' });
  });

  it('takes true averages over its own training images', async () => {
    const args = ['--reestimate-batch-norm', '12', '--data', join(folder, 'pictures')];
    const report = await evaluated(trained.runFolder, ...args);
    expect(report.batchNorm).toBe('re-estimated');
    expect(report.loss).not.toBe(trained.evaluation.loss);
  });

  /** The pictures of `val` in the order of its folders, packed. */
  async function packed(name: string, pack: (samples: readonly Sample[]) => Uint8Array): Promise<string> {
    const names = ['n0/val_0', 'n0/val_2', 'n1/val_1', 'n1/val_3'];
    const samples = names.map((id) => ({
      image: readFileSync(join(folder, 'pictures', 'val', `${id}.JPEG`)),
      label: Number(id[1]),
    }));
    writeAt(folder, name, pack(samples));
    return join(folder, name);
  }

  it.each([
    ['shards/val-0.tar', tarShard, 'shards', 'val-0.tar'],
    ['tars/a.tar', tarShard, 'tars/a.tar', 'a.tar'],
    ['parquet/data/test-0.parquet', parquetShard, 'parquet', 'test-0.parquet'],
    ['inside/val/0.parquet', parquetShard, 'inside', '0.parquet'],
  ])('opens shards as training does: %s', async (name, pack, data, set) => {
    await packed(name, pack);
    const report = await evaluated(trained.runFolder, '--data', join(folder, data));
    expect(report).toMatchObject({ set, examples: 4, protocol: '1-crop 16 of 18' });
    expect(report.loss).toBe(trained.evaluation.loss);
    const ten = await evaluated(trained.runFolder, '--data', join(folder, data), '--protocol', 'ten-crop');
    expect(ten).toMatchObject({ examples: 4, protocol: '10-crop 16 of 18' });
  });

  describe('with broken images among them', () => {
    let broken = '';
    beforeAll(() => {
      broken = join(folder, 'broken');
      cpSync(join(folder, 'pictures', 'val'), broken, { recursive: true });
      // Labels the other way round, so that there are mistakes; the first image of all is broken.
      for (const [from, to] of [
        ['n0', 'n'],
        ['n1', 'n0'],
        ['n', 'n1'],
      ] as const) {
        renameSync(join(broken, from), join(broken, to));
      }
      writeFileSync(join(broken, 'n0', 'a.JPEG'), 'no image');
    });

    it.each([['center-crop'], ['center-crop', '--batch', '1'], ['ten-crop'], ['fully-convolutional']])(
      'leaves them out as they are met, and keeps the names of the others: %s %s %s',
      async (...protocol) => {
        const args = [trained.runFolder, '--data', broken, '--protocol', ...protocol];
        const report = await evaluated(...args);
        expect(report.examples).toBe(4);
        expect(report.broken).toEqual([{ id: 'n0/a.JPEG', reason: expect.stringContaining('a JPEG, PNG or WebP') }]);
        rmSync(join(broken, 'n0', 'a.JPEG'));
        const whole = await evaluated(...args);
        writeFileSync(join(broken, 'n0', 'a.JPEG'), 'no image');
        expect(whole.broken).toEqual([]);
        expect(whole.worstMistakes.length).toBeGreaterThan(0);
        const names = ({ worstMistakes }: Report) => worstMistakes.map(({ image }) => image);
        expect(names(report)).toEqual(names(whole));
        expect(report.loss).toBeCloseTo(whole.loss, 6);
      },
    );

    it.each(['center-crop', 'ten-crop'])('stops at the first where it is told so: %s', async (protocol) => {
      const args = ['--data', broken, '--protocol', protocol, '--on-broken', 'fail'];
      const result = await runInProcess(['evaluate', trained.runFolder, ...args]);
      expect(result.stderr).toContain('n0/a.JPEG: expected a JPEG, PNG or WebP image');
      expect(result.code).toBe(exitCodes.data);
    });

    it('refuses a folder of nothing else', async () => {
      const none = join(folder, 'none');
      for (const label of [0, 1]) writeAt(none, `n${label}/a.JPEG`, 'no image');
      for (const protocol of ['center-crop', 'ten-crop']) {
        const result = await runInProcess(['evaluate', trained.runFolder, '--data', none, '--protocol', protocol]);
        expect(result.stderr).toContain('expected at least one image');
        expect(result.code).not.toBe(exitCodes.ok);
      }
    });
  });

  it('refuses a place without images of its classes', async () => {
    writeAt(folder, 'others/val/cat/a.JPEG', 'image');
    const result = await runInProcess(['evaluate', trained.runFolder, '--data', join(folder, 'others')]);
    expect(result.stderr).toMatch(/expected images of the 2 classes of the run.*shards/);
    expect(result.code).toBe(exitCodes.data);
  });
});
