import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { readPreprocessing } from '../src/run/preprocessing.js';
import { picture, pictureRecipe, promisingPng, tarEnd, tarMember, writeAt, writePictureSet } from './picture-set.js';
import { runCli, startCli, type CliResult } from './run-cli.js';
import { runInProcess } from './run-in-process.js';

let cwd = '';
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'resnet-images-'));
  await writePictureSet(join(cwd, 'pictures'));
  writeFileSync(join(cwd, 'pictures.json'), JSON.stringify(pictureRecipe));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const train = (...args: string[]) => ['train', '--recipe', 'pictures.json', '--threads', '1', '--json', ...args];
const trainOn = (data: string, ...args: string[]): Promise<CliResult> =>
  runCli(train('--data', data, '--out', `runs-${data}`, ...args), { cwd });

interface Summary {
  readonly runFolder: string;
  readonly step: number;
  readonly brokenImages?: number;
  readonly evaluation: { readonly examples: number; readonly top1Error: number };
}
const summaryOf = ({ stdout }: CliResult): Summary => JSON.parse(stdout);

function checkpointBytes(runFolder: string, step = 7): Buffer[] {
  const folder = join(cwd, runFolder, 'checkpoints', `step-${String(step).padStart(6, '0')}`);
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
}

/** A copy of the good folder that a test may spoil. */
function copyOf(name: string): string {
  cpSync(join(cwd, 'pictures'), join(cwd, name), { recursive: true });
  return join(cwd, name);
}

describe('resnet train on images of any size', () => {
  let whole: Summary;
  beforeAll(async () => {
    const result = await trainOn('pictures', '--out', 'whole');
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    expect(result.stderr).toContain('Measuring mean and colours of 10 training images');
    whole = summaryOf(result);
  });

  it('trains, evaluates and keeps what it measured', async () => {
    expect(whole).toMatchObject({ step: 7, evaluation: { examples: 4 } });
    expect(whole.brokenImages).toBeUndefined();
    const { shape, mean, deviation, classNames, images } = await readPreprocessing(join(cwd, whole.runFolder));
    expect(shape).toEqual([16, 16, 3]);
    expect(classNames).toEqual(['n0', 'n1']);
    expect([...deviation]).toEqual([1, 1, 1]);
    const middle = mean.reduce((sum, value) => sum + value, 0) / mean.length;
    expect(middle).toBeGreaterThan(100);
    expect(middle).toBeLessThan(180);
    expect(images?.folder).toBe(join(cwd, 'pictures'));
    expect(images?.colours?.eigenvalues[0]).toBeGreaterThan(0);
  });

  it('predicts as it evaluates, and names a file that is no image', async () => {
    const { runFolder, evaluation } = whole;
    const pictures = readdirSync(join(cwd, 'pictures', 'val'))
      .sort()
      .flatMap((name, label) =>
        readdirSync(join(cwd, 'pictures', 'val', name)).map((file) => ({
          label,
          path: join('pictures/val', name, file),
        })),
      );
    const paths = pictures.map(({ path }) => path);
    const result = await runCli(['predict', runFolder, ...paths, '--threads', '1', '--json'], { cwd });
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    const predicted: { classes: { index: number }[] }[] = JSON.parse(result.stdout);
    const wrong = pictures.filter(({ label }, at) => predicted[at]?.classes[0]?.index !== label).length;
    expect(wrong / pictures.length).toBe(evaluation.top1Error);
    const missing = await runCli(['predict', runFolder, 'pictures.json'], { cwd });
    expect([missing.code, missing.stderr]).toEqual([
      exitCodes.data,
      expect.stringContaining('pictures.json: expected a JPEG, PNG or WebP image'),
    ]);
  });

  it('killed in the middle of an epoch and resumed without --data ends with the same bytes, measuring nothing again', async () => {
    const running = startCli(train('--data', 'pictures', '--out', 'killed'), { cwd });
    await running.stderrHolds('step 5/7');
    running.child.kill('SIGKILL');
    await running.result;
    const resumed = await runCli(['train', '--resume', 'killed/pictures-001', '--threads', '1', '--json'], { cwd });
    expect(resumed.code, resumed.stderr).toBe(exitCodes.ok);
    expect(resumed.stderr).not.toContain('Measuring');
    expect(checkpointBytes('killed/pictures-001')).toEqual(checkpointBytes(whole.runFolder));
  });

  it('writes the same bits with no and two workers, wherever the images lie', async () => {
    copyOf('moved');
    const none = summaryOf(await trainOn('moved', '--out', 'no-workers', '--workers', '0'));
    const two = summaryOf(await trainOn('pictures', '--out', 'two-workers', '--workers', '2'));
    expect(checkpointBytes(none.runFolder)).toEqual(checkpointBytes(whole.runFolder));
    expect(checkpointBytes(two.runFolder)).toEqual(checkpointBytes(whole.runFolder));
  });

  it('refuses to go on with other images', async () => {
    writeAt(copyOf('others'), 'train/n0/one-more.JPEG', await picture(0, 99));
    const { code, stderr } = await runCli(['train', '--resume', whole.runFolder, '--data', 'others'], { cwd });
    expect(code).toBe(exitCodes.checkpoint);
    expect(stderr).toContain('a run goes on with the very images it began with');
  });

  it('adapts the network to the classes that are there, and says so', async () => {
    writeAt(copyOf('three'), 'train/n2/x.JPEG', await picture(1, 50));
    const result = await trainOn('three', '--steps', '1', '--set', 'data.normalization=measured');
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    expect(result.stderr).toContain('3 classes in three: the network has as many outputs');
    const recipe: { classes: number } = JSON.parse(
      readFileSync(join(cwd, summaryOf(result).runFolder, 'recipe.json'), 'utf8'),
    );
    expect(recipe.classes).toBe(3);
  });

  it('counts, names and skips what cannot be decoded, in training and in evaluation', async () => {
    const folder = copyOf('broken');
    const jpeg = await picture(0, 3);
    writeAt(folder, 'train/n0/truncated.jpg', jpeg.subarray(0, jpeg.length / 2));
    writeAt(folder, 'train/n0/text.jpg', 'not a picture');
    writeAt(folder, 'train/n1/huge.png', promisingPng(20_000, 20_000));
    writeAt(folder, 'train/n1/dot.jpg', await picture(1, 0, { width: 1, height: 1 }));
    writeAt(folder, 'val/n1/empty.JPEG', '');
    const result = await trainOn('broken', '--set', 'length.epochs=3', '--set', 'data.measuredImages=100');
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    const { runFolder, brokenImages, evaluation } = summaryOf(result);
    expect([brokenImages, evaluation.examples]).toEqual([4, 4]);
    const images: unknown = JSON.parse(readFileSync(join(cwd, runFolder, 'broken-images.json'), 'utf8'));
    expect(images).toEqual([
      { set: 'training', id: 'n0/text.jpg', reason: expect.stringContaining('expected a JPEG, PNG or WebP image') },
      { set: 'training', id: 'n0/truncated.jpg', reason: expect.stringContaining('cut short') },
      { set: 'training', id: 'n1/huge.png', reason: expect.stringContaining('20000 × 20000') },
      { set: 'validation', id: 'n1/empty.JPEG', reason: expect.stringContaining('an empty file') },
    ]);
    expect(result.stderr).toContain(
      '4 images could not be decoded, all in runs-broken/pictures-001/broken-images.json',
    );
  });

  it('stops at the first broken image where the recipe says so, and leaves it to the exit status', async () => {
    const folder = copyOf('fatal');
    writeAt(folder, 'train/n0/text.jpg', 'not a picture');
    const fatal = ['--set', 'data.onBroken=fail', '--set', 'length.epochs=3'] as const;
    const measured = await trainOn('fatal', ...fatal, '--set', 'data.measuredImages=100');
    expect(measured.code).toBe(exitCodes.data);
    expect(measured.stderr).toContain('n0/text.jpg: expected a JPEG, PNG or WebP image for the image, received');
    expect(existsSync(join(cwd, 'runs-fatal'))).toBe(false);
    const published = ['--set', 'data.normalization=imagenet', '--set', 'data.augmentation={"kind":"torchvision"}'];
    const trained = await trainOn('fatal', ...fatal, ...published);
    expect(trained.code).toBe(exitCodes.data);
    expect(trained.stderr).toContain('n0/text.jpg: expected a JPEG, PNG or WebP image for the image, received');
  });

  it('trains on tar shards, passing over a member that leads outside', async () => {
    const member = async (label: number, index: number): Promise<Buffer> =>
      Buffer.concat([
        tarMember(`${index}.jpg`, await picture(label, index)),
        tarMember(`${index}.cls`, Buffer.from(String(label))),
      ]);
    const samples = await Promise.all([0, 1, 2, 3, 4].map((index) => member(index % 2, index)));
    const outside = tarMember('../outside.jpg', await picture(0, 9));
    writeAt(cwd, 'shards/train-0.tar', Buffer.concat([...samples, outside, tarEnd]));
    writeAt(cwd, 'shards/val-0.tar', Buffer.concat([...samples.slice(0, 2), tarEnd]));
    const result = await trainOn('shards', '--steps', '1');
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    expect(result.stderr).toContain('passed over train-0.tar/../outside.jpg: a name that leads outside the archive');
    expect(existsSync(join(cwd, 'outside.jpg'))).toBe(false);
  });
});

describe('resnet data on images of any size', () => {
  it('check decodes every image, names broken ones and says so by its exit status', async () => {
    const good = await runInProcess(['data', 'check', join(cwd, 'pictures'), '--json']);
    expect(good.code, good.stderr).toBe(exitCodes.ok);
    expect(JSON.parse(good.stdout)).toMatchObject({
      layout: 'class folders',
      classes: 2,
      parts: [
        { set: 'training', images: 12, broken: [] },
        { set: 'validation', images: 4, broken: [] },
      ],
    });
    writeAt(copyOf('to-check'), 'val/n1/text.jpg', 'not a picture');
    const bad = await runInProcess(['data', 'check', join(cwd, 'to-check')]);
    expect(bad.code).toBe(exitCodes.data);
    expect(bad.stdout).toContain('n1/text.jpg: expected a JPEG, PNG or WebP image');
    expect(bad.stderr).toContain('1 image cannot be decoded');
  });

  it('samples writes a page with a picture for every image and epoch', async () => {
    const page = join(cwd, 'samples.html');
    const rows = ['--images', '3', '--epochs', '2', '--out', page, '--json'];
    const recipe = ['--recipe', join(cwd, 'pictures.json')];
    const result = await runInProcess(['data', 'samples', join(cwd, 'pictures'), ...recipe, ...rows]);
    expect(result.code, result.stderr).toBe(exitCodes.ok);
    const html = readFileSync(page, 'utf8');
    const pictures = [...html.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, bytes]) => bytes);
    expect(pictures.length).toBe(6);
    expect(new Set(pictures).size).toBe(6);
    expect(html).toContain('shorter side uniform in [18, 28], random crop 16 × 16');
  });

  it('samples refuses recipes for data sets in memory, and files that are no pages', async () => {
    const run = (...args: string[]) => runInProcess(['data', 'samples', join(cwd, 'pictures'), ...args]);
    expect(await run('--recipe', 'cifar10-quick')).toMatchObject({
      code: exitCodes.usage,
      stderr: expect.stringContaining('expected a recipe for images of any size for --recipe'),
    });
    expect(await run('--out', 'samples.jpg')).toMatchObject({
      code: exitCodes.usage,
      stderr: expect.stringContaining('expected a file that ends in .html for --out'),
    });
  });
});

describe('what cannot be trained on', () => {
  it.each([
    ['missing', () => undefined, 'expected a folder of images that can be read'],
    ['empty', () => writeAt(cwd, 'empty/readme.txt', ''), 'expected folders train and val, or shards'],
    [
      'empty-class',
      () => writeAt(copyOf('empty-class'), 'train/n2/readme.txt', ''),
      'expected images for the class folder n2, received "none"; fill or remove the folder',
    ],
    [
      'one-class',
      () => rmSync(join(copyOf('one-class'), 'train', 'n1'), { recursive: true }),
      'expected at least 2 classes',
    ],
    [
      'no-validation',
      () => rmSync(join(copyOf('no-validation'), 'val'), { recursive: true }),
      'expected a folder val, validation, test beside train',
    ],
    [
      'cut-tar',
      () => writeAt(cwd, 'cut-tar/train-0.tar', tarMember('a.jpg', Buffer.alloc(600)).subarray(0, 700)),
      'expected validation shards val*',
    ],
    [
      'cut-tars',
      () => {
        for (const part of ['train', 'val'])
          writeAt(cwd, `cut-tars/${part}.tar`, tarMember('a.jpg', Buffer.alloc(600)).subarray(0, 700));
      },
      'an archive that is cut short',
    ],
    [
      'other-columns',
      () => {
        const columnData = [{ name: 'text', data: ['a', 'b'] }];
        for (const part of ['train', 'test'])
          writeAt(cwd, `other-columns/${part}.parquet`, new Uint8Array(parquetWriteBuffer({ columnData })));
      },
      'expected a column image for the columns, received "text"',
    ],
  ])('%s: says what was expected', async (name, prepare, message) => {
    prepare();
    const out = join(cwd, `runs-${name}`);
    const options = ['--recipe', join(cwd, 'pictures.json'), '--data', join(cwd, name), '--out', out];
    const { code, stderr, stdout } = await runInProcess(['train', ...options]);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([exitCodes.data, '']);
    expect(existsSync(out)).toBe(false);
  });

  it('fewer images than a batch', async () => {
    const { code, stderr } = await trainOn('pictures', '--out', 'few', '--set', 'batchSize=13');
    expect(stderr).toContain('expected at most 12, the images of the source for batchSize, received 13');
    expect(code).toBe(exitCodes.usage);
    expect(existsSync(join(cwd, 'few'))).toBe(false);
  });

  it('a rate at which the loss is no number any more', async () => {
    const { code, stderr } = await trainOn('pictures', '--out', 'nan', '--set', 'schedule.rate=1e30');
    expect(stderr).toContain('the loss was');
    expect(code).toBe(exitCodes.diverged);
  });
});
