import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRecipe } from '@resnet-ts/training';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { trainInFolder } from '../src/actions/train.js';
import { selectBackend } from '../src/backend/select-backend.js';
import { exitCodes } from '../src/exit-codes.js';
import { USUAL_DATA } from '../src/datasets/usual-data.js';
import { checkImagesOfRuns } from '../src/reproduce/check-images.js';
import { executeRuns, readRunResults } from '../src/reproduce/execute-runs.js';
import type { DrawingContext } from '../src/reproduce/experiment.js';
import { figure4 } from '../src/reproduce/experiments/figure-4.js';
import { table4 } from '../src/reproduce/experiments/imagenet-tables.js';
import { protocolTable } from '../src/reproduce/experiments/protocol-table.js';
import { table5 } from '../src/reproduce/experiments/table-5.js';
import { keepSummaries } from '../src/reproduce/keep-results.js';
import type { PlannedRun } from '../src/reproduce/planned-run.js';
import { readRunResult } from '../src/reproduce/run-result.js';
import { readPreprocessing, writePreprocessing } from '../src/run/preprocessing.js';
import { parseScale } from '../src/reproduce/scale.js';
import { picture, pictureRecipe, writeAt, writePictureSet } from './picture-set.js';

let folder = '';
let root = '';
let context: DrawingContext;
// A thousand classes, as ImageNet's recipes have: the folder has two.
const plan: PlannedRun = {
  folder: 'resnet8-seed-1',
  recipe: parseRecipe({ ...pictureRecipe, classes: 1000 }, 'test'),
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-reproduce-images-'));
  root = join(folder, 'runs');
  await writePictureSet(join(folder, 'pictures'));
  const data = join(folder, 'pictures');
  const note = () => undefined;
  context = { data, note, selectBackend: () => selectBackend({ backend: 'auto', threads: 1 }, note) };
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => vi.restoreAllMocks();
});

describe.sequential('reproducing on images of a folder', () => {
  it('trains with the classes of the folder, and knows the run again', async () => {
    const options = { data: context.data, backend: 'auto', threads: 1, workers: 0 };
    const train = ({ recipe }: PlannedRun, runFolder: string) => trainInFolder(recipe, runFolder, options);
    expect(await executeRuns({ root, plans: [plan], train, note: context.note })).toBe(exitCodes.ok);
    const result = await readRunResult(root, plan);
    expect(result).toMatchObject({ finished: true, stepsDone: 7 });
    const other = { ...plan, recipe: { ...plan.recipe, batchSize: 2 } };
    await expect(readRunResult(root, other)).rejects.toThrow(/batchSize/);
  });

  it.each(['ten-crop', 'fully-convolutional'] as const)(
    'measures errors by %s once, and keeps them',
    async (protocol) => {
      const results = await readRunResults(root, [plan]);
      const reported = [{ network: 'resnet8', top1: '27.94', top5: '9.99' }];
      const { head, rows } = await protocolTable(results, { protocol, reported }, context);
      expect(head).toHaveLength(7);
      const [row = []] = rows;
      expect([row[0], row[2], row[4], row[5], row[6]]).toEqual(['resnet8', '1 of 1', '27.94', '0.00', '9.99']);
      expect(Number(row[3]) % 25).toBe(0);
      const path = join(root, plan.folder, `errors-${protocol}.json`);
      const kept: { top1Error: number; examples: number } = JSON.parse(readFileSync(path, 'utf8'));
      expect(kept).toMatchObject({ examples: 4, top1Error: Number(row[3]) / 100 });
      writeFileSync(path, JSON.stringify({ ...kept, top1Error: 0.125 }));
      const again = await protocolTable(results, { protocol, reported }, context);
      expect(again.rows[0]?.[3]).toBe('12.50');
      // Of another checkpoint: measured again.
      writeFileSync(path, JSON.stringify({ ...kept, step: 3, top1Error: 0.125 }));
      expect((await protocolTable(results, { protocol, reported }, context)).rows).toEqual(rows);
    },
  );

  it('averages the networks of Table 5, as far as there are any, and keeps their errors', async () => {
    const other = { folder: 'resnet8-seed-2', recipe: { ...plan.recipe, seed: 2 } };
    const plans = [plan, other];
    const ensembleOf = async () => {
      const [ensemble, members] = await table5.draw(await readRunResults(root, plans), context);
      return { ensemble: ensemble?.table?.rows[0] ?? [], members: members?.table?.rows ?? [] };
    };
    const alone = await ensembleOf();
    expect(alone.members.map(([, seed]) => seed)).toEqual(['1', '2']);
    expect(alone.ensemble).toEqual(['1 of 2', ...(alone.members[0]?.slice(3) ?? []), '3.57']);
    expect(alone.members[1]?.slice(3)).toEqual(['–', '–']);

    const options = { data: context.data, backend: 'auto', threads: 1, workers: 0 };
    const train = ({ recipe }: PlannedRun, runFolder: string) => trainInFolder(recipe, runFolder, options);
    await executeRuns({ root, plans, train, note: context.note });
    const both = await ensembleOf();
    expect(both.ensemble).toEqual(['2', expect.stringMatching(/^\d+\.00$/), '0.00', '3.57']);
    const path = join(root, plan.folder, 'ensemble-fully-convolutional.json');
    const kept: { top1Error: number } = JSON.parse(readFileSync(path, 'utf8'));
    expect(kept).toMatchObject({
      examples: 4,
      members: [
        { run: plan.folder, step: 7 },
        { run: other.folder, step: 7 },
      ],
    });
    writeFileSync(path, JSON.stringify({ ...kept, top1Error: 0.125 }));
    expect((await ensembleOf()).ensemble[1]).toBe('12.50');
    // What was kept of two is not that of one.
    const [first] = await readRunResults(root, [plan]);
    expect(first).toBeDefined();
    expect((await table5.draw(first === undefined ? [] : [first], context))[0]?.table?.rows[0]?.[1]).not.toBe('12.50');
  });

  it('refuses to take a run on other images for one on these', async () => {
    await writePictureSet(join(folder, 'others'));
    const same = join(folder, 'others');
    await checkImagesOfRuns(root, [plan], context.data);
    // Its images moved, or wherever they are: names and labels decide.
    await checkImagesOfRuns(root, [plan], same);
    await checkImagesOfRuns(root, [plan], USUAL_DATA);
    await checkImagesOfRuns(join(folder, 'nothing-yet'), [plan], 'nowhere');
    writeAt(same, 'train/n0/one-more.JPEG', await picture(0, 1));
    await expect(checkImagesOfRuns(root, [plan], same)).rejects.toThrow(
      /seed-1: expected the training images of .*others for the run, received "those of .*pictures"; use another --out/,
    );

    const other = { folder: 'resnet8-seed-3', recipe: { ...plan.recipe, seed: 3 } };
    cpSync(join(root, plan.folder), join(root, other.folder), { recursive: true });
    const preprocessing = await readPreprocessing(join(root, other.folder));
    const images = { folder: '/elsewhere', digest: '0'.repeat(64) };
    await writePreprocessing(join(root, other.folder), { ...preprocessing, images });
    await expect(checkImagesOfRuns(root, [plan, other], USUAL_DATA)).rejects.toThrow(/seed-3: .*elsewhere/);
    // A run that does not say what it was trained on, as runs of data sets in memory.
    await writePreprocessing(join(root, other.folder), { ...preprocessing, images: undefined });
    await checkImagesOfRuns(root, [plan, other], USUAL_DATA);
  });

  it('keeps the errors with the summaries of a run', async () => {
    await keepSummaries(join(folder, 'kept'), await readRunResults(root, [plan]));
    for (const file of ['errors-ten-crop.json', 'ensemble-fully-convolutional.json']) {
      expect(existsSync(join(folder, 'kept', 'runs', plan.folder, file))).toBe(true);
    }
  });
});

describe('Figure 4', () => {
  it('has the four networks, and their errors beside those of Table 2', async () => {
    const plans = figure4.plan({ scale: parseScale('1/64') });
    expect(plans.map((planned) => planned.folder)).toEqual([
      ...['plain18-seed-1', 'plain34-seed-1', 'resnet18-a-seed-1', 'resnet34-a-seed-1'],
    ]);
    expect(plans[0]?.recipe).toMatchObject({ batchSize: 256, length: { steps: 9375 }, schedule: { patience: 1 } });
    const results = await readRunResults(join(folder, 'nothing-yet'), plans);
    const curve = [
      { step: 100, error: 0.9 },
      { step: 9375, error: 0.4 },
    ];
    // As far as the curves and claims go; what is not finished is not tested by crops.
    const errors = [0.41, 0.43, 0.4, 0.38];
    const drawn = await figure4.draw(
      results.map((result, index) => ({
        ...{ ...result, stepsDone: 9375, trainingCurve: curve, testCurve: curve },
        ...{ testError: errors[index], trainingError: errors[index] },
      })),
      context,
    );
    const [curves, , table, claims] = drawn;
    expect(curves?.drawings?.map(({ name }) => name)).toEqual(['plain', 'residual']);
    for (const drawing of curves?.drawings ?? []) expect(drawing.svg).toMatch(/^<svg/);
    expect(table?.table?.rows.map(([network = '', , , ours, paper]) => [network, ours, paper])).toEqual([
      ['plain18', '–', '27.94'],
      ['plain34', '–', '28.54'],
      ['resnet18-a', '–', '27.88'],
      ['resnet34-a', '–', '25.03'],
    ]);
    expect(claims?.claims?.every(({ holds }) => holds === undefined)).toBe(true);
  });
});

describe('Table 5', () => {
  it('takes six networks, two of them of 152 layers, and shares the runs of Table 4', () => {
    const folders = table5.plan({ scale: parseScale('1') }).map((planned) => planned.folder);
    const table4Folders = table4.plan({ scale: parseScale('1') }).map((planned) => planned.folder);
    expect(folders).toEqual([...table4Folders, 'resnet152-paper-seed-2']);
  });
});
