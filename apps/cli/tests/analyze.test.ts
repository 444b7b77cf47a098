import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { runInProcess } from './run-in-process.js';
import { writeShadesAsFiles } from './synthetic-dataset.js';
import { trainShades, type TrainedShades } from './trained-shades.js';

let shades: TrainedShades;
beforeAll(async () => {
  shades = await trainShades();
});
afterAll(() => shades.remove());

async function analyzed<Result extends { readonly page: string }>(what: string, ...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runInProcess([
    ...['analyze', what, ...args, '--data', shades.data, '--threads', '1', '--json'],
  ]);
  expect(code, stderr).toBe(exitCodes.ok);
  const result: Result = JSON.parse(stdout);
  const page = readFileSync(result.page, 'utf8');
  expect(page).not.toContain('<script');
  expect(page).toContain(`default-src 'none'`);
  return result;
}

describe.sequential('resnet analyze', () => {
  it('measures the responses of every layer, and draws Figure 7', async () => {
    interface Responses {
      readonly page: string;
      readonly examples: number;
      readonly runs: readonly { readonly layers: readonly { readonly layer: string; readonly deviation: number }[] }[];
    }
    const out = join(shades.folder, 'responses');
    const args = [shades.runFolder, join(shades.runFolder, 'checkpoints', 'step-000004'), '--out', out];
    const { page, examples, runs } = await analyzed<Responses>('responses', ...args);
    expect(page).toBe(join(out, 'report.html'));
    expect(examples).toBe(8);
    expect(runs).toHaveLength(2);
    // The first convolution, and two in each of three blocks.
    for (const { layers } of runs) expect(layers).toHaveLength(7);
    expect(runs[0]?.layers[0]?.layer).toBe('bn1');
    expect(runs[0]?.layers).not.toEqual(runs[1]?.layers);
    expect(readdirSync(out).sort()).toEqual(['analysis.json', 'by-layer.svg', 'report.html', 'sorted.svg']);
    expect(readFileSync(join(out, 'sorted.svg'), 'utf8')).toMatch(/^<svg/);
    const batched = await analyzed<Responses>('responses', ...args, '--batch', '3');
    batched.runs[0]?.layers.forEach(({ deviation }, index) => {
      expect(deviation).toBeCloseTo(runs[0]?.layers[index]?.deviation ?? Number.NaN, 5);
    });
  });

  it('measures the gradient by every parameter on training images', async () => {
    interface Gradients {
      readonly page: string;
      readonly runs: readonly {
        readonly parameters: readonly { readonly parameter: string; readonly norm: number }[];
      }[];
    }
    const { page, runs } = await analyzed<Gradients>('gradients', shades.runFolder, '--examples', '8');
    expect(page).toBe(join(shades.runFolder, 'analysis', 'gradients', 'report.html'));
    const parameters = runs[0]?.parameters ?? [];
    expect(parameters.map(({ parameter }) => parameter)).toContain('layer3.0.conv2.weight');
    expect(parameters.every(({ norm }) => norm > 0)).toBe(true);
    expect(existsSync(join(shades.runFolder, 'analysis', 'gradients', 'gradients.svg'))).toBe(true);
  });

  it('deletes blocks, and cannot delete those that change the shape', async () => {
    interface Deletions {
      readonly page: string;
      readonly examples: number;
      readonly deletions: readonly { readonly block: string; readonly top1Error?: number }[];
    }
    const { examples, deletions } = await analyzed<Deletions>('delete-blocks', shades.runFolder);
    expect(examples).toBe(8);
    expect(deletions.map(({ block }) => block)).toEqual(['layer1.0', 'layer2.0', 'layer3.0']);
    expect(deletions.map(({ top1Error }) => top1Error === undefined)).toEqual([false, true, true]);
  });

  it('paints the feature maps of an image file', async () => {
    const out = join(shades.folder, 'features');
    const image = join(shades.photos, 'dark', '0.png');
    interface Features {
      readonly page: string;
      readonly images: readonly string[];
      readonly blocks: readonly { readonly block: string; readonly images: readonly { readonly means: number[] }[] }[];
    }
    const { images, blocks } = await analyzed<Features>('features', shades.runFolder, image, '--out', out);
    expect(images).toEqual(['0.png']);
    expect(blocks.map(({ block }) => block)).toEqual(['stem', 'layer1.0', 'layer2.0', 'layer3.0']);
    expect(blocks[3]?.images[0]?.means).toHaveLength(64);
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['0-0.png-layer1.0.png', '0-0.png.png']));
    // Eight by eight maps of 8×8, enlarged fourfold, a pixel between them.
    const { width, height } = await sharp(join(out, '0-0.png-layer3.0.png')).metadata();
    expect({ width, height }).toEqual({ width: 8 * 33 - 1, height: 8 * 33 - 1 });
    const { data } = await sharp(join(out, '0-0.png.png')).raw().toBuffer({ resolveWithObject: true });
    expect(data).toEqual(await sharp(image).raw().toBuffer());
  });

  it('shows where a class is seen, in files and in test images', async () => {
    interface GradCam {
      readonly page: string;
      readonly images: readonly {
        readonly image: string;
        readonly class: string;
        readonly block: string;
        readonly values: readonly number[];
      }[];
    }
    const files = ['dark/0.png', 'light/1.png'].map((name) => join(shades.photos, name));
    const ofFiles = await analyzed<GradCam>('grad-cam', shades.runFolder, ...files, '--class', 'light');
    const ofSet = await analyzed<GradCam>('gradcam', shades.runFolder, '--examples', '2', '--class', '1');
    expect(ofFiles.images.map((image) => image.image)).toEqual(['0.png', '1.png']);
    expect(ofSet.images.map((image) => image.image)).toEqual(['0', '1']);
    for (const { class: name, block, values } of ofFiles.images) {
      expect({ name, block, count: values.length }).toEqual({ name: 'light', block: 'layer3.0', count: 64 });
    }
    // The same two images, from memory and from files.
    expect(ofSet.images.map(({ values }) => values)).toEqual(ofFiles.images.map(({ values }) => values));
    const out = join(shades.runFolder, 'analysis', 'grad-cam');
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['0-0-map.svg', '0-0-over.png', 'analysis.json']));
  });

  it('opens no more files than it looks at', async () => {
    const photos = join(shades.folder, 'some-broken');
    await writeShadesAsFiles(photos);
    // The last of eight, in the order of classes: not among the first two, nor among two spread evenly.
    writeFileSync(join(photos, 'light', '7.png'), 'no image');
    const look = (...args: string[]) =>
      runInProcess(['analyze', ...args, shades.runFolder, '--data', photos, '--examples', '2', '--json']);
    for (const what of ['grad-cam', 'responses']) {
      const { code, stderr } = await look(what);
      expect(code, stderr).toBe(exitCodes.ok);
      expect(stderr).not.toContain('left out');
    }
    const { stdout } = await look('responses', '--batch', '1');
    expect(JSON.parse(stdout)).toMatchObject({ examples: 2, set: 'some-broken' });
    const all = await runInProcess(['analyze', 'delete-blocks', shades.runFolder, '--data', photos]);
    expect(all.stderr).toContain('left out light/7.png');
  });

  it('prints tables for people', async () => {
    const { stdout } = await runInProcess(['analyze', 'responses', shades.runFolder, '--data', shades.data]);
    expect(stdout).toMatch(/^Layer responses of resnet8 to 8 images of shades test\n/);
    expect(stdout).toMatch(/^layer3\.0\.bn2 +-?\d+\.\d{4} +\d+\.\d{4}$/m);
    expect(stdout).toMatch(/^report .*report\.html$/m);
  });

  it.each([
    [['features', '--block', 'layer1.9'], exitCodes.usage, /layer1\.9/],
    [['grad-cam', '--class', 'lihgt'], exitCodes.usage, /did you mean light\?/],
    [['grad-cam', '--method', 'cam'], exitCodes.usage, /grad-cam\+\+/],
    [['grad-cam', 'nothing.png'], exitCodes.data, /nothing\.png/],
    [['delete-blocks', '--examples', '0'], exitCodes.usage, /expected an integer >= 1/],
  ])('refuses %j', async ([what = '', ...args], code, says) => {
    const result = await runInProcess(['analyze', what, shades.runFolder, ...args, '--data', shades.data]);
    expect(result.stderr).toMatch(says);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(code);
  });

  it('refuses a run that is not there', async () => {
    const result = await runInProcess(['analyze', 'responses', 'runs/none']);
    expect(result.stderr).toMatch(/expected a run folder/);
    expect(result.code).toBe(exitCodes.checkpoint);
  });
});
