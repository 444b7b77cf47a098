import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.js';
import { pictureRecipe, writeAt, writePictureSet } from './picture-set.js';
import { runInProcess } from './run-in-process.js';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-pack-'));
  await writePictureSet(join(folder, 'pictures'));
  writeAt(folder, 'pictures/train/n1/broken.JPEG', 'no image');
  writeFileSync(join(folder, 'pictures.json'), JSON.stringify(pictureRecipe));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function succeeded<Result>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runInProcess([...args, '--json']);
  expect(code, stderr).toBe(exitCodes.ok);
  return JSON.parse(stdout);
}

describe.sequential('resnet data pack', () => {
  const packed = () => join(folder, 'packed');

  it('packs training and validation images, and says what became of them', async () => {
    const args = ['data', 'pack', join(folder, 'pictures'), '--out', packed(), '--shorter-side', '38'];
    const { parts } = await succeeded<{ parts: unknown[] }>(...args);
    expect(parts).toMatchObject([
      { set: 'training', kept: 9, scaled: 3, converted: 0, broken: [{ id: 'n1/broken.JPEG' }] },
      { set: 'validation', kept: 3, scaled: 1, broken: [] },
    ]);
    const { stdout, stderr } = await runInProcess(args);
    expect(stderr).toContain('left out n1/broken.JPEG');
    expect(stdout).toMatch(/^training +9 +0 +3 +1 /m);
  });

  it('gives what is trained on and tested with, by the same classes', async () => {
    const train = ['train', '--recipe', join(folder, 'pictures.json'), '--workers', '0', '--threads', '1'];
    const run = await succeeded<{ runFolder: string; evaluation: { loss: number } }>(
      ...[...train, '--data', packed(), '--out', join(folder, 'runs')],
    );
    const onPacked = await succeeded<{ loss: number }>('evaluate', run.runFolder);
    expect(onPacked.loss).toBe(run.evaluation.loss);
    const onOriginals = await succeeded<{ loss: number; examples: number }>(
      ...['evaluate', run.runFolder, '--data', join(folder, 'pictures')],
    );
    expect(onOriginals.examples).toBe(4);
    expect(Math.abs(onOriginals.loss - onPacked.loss)).toBeLessThan(0.01);
  });

  it('refuses the folder of another packing', async () => {
    const result = await runInProcess(['data', 'pack', join(folder, 'pictures'), '--out', packed()]);
    expect(result.stderr).toContain('expected the images and options of this packing');
    expect(result.code).toBe(exitCodes.data);
  });
});
