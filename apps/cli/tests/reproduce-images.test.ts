import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRecipe } from '@resnet-ts/training';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { trainInFolder } from '../src/actions/train.js';
import { selectBackend } from '../src/backend/select-backend.js';
import { exitCodes } from '../src/exit-codes.js';
import { executeRuns, readRunResults } from '../src/reproduce/execute-runs.js';
import type { DrawingContext } from '../src/reproduce/experiment.js';
import { figure4 } from '../src/reproduce/experiments/figure-4.js';
import { protocolTable } from '../src/reproduce/experiments/protocol-table.js';
import { keepSummaries } from '../src/reproduce/keep-results.js';
import type { PlannedRun } from '../src/reproduce/planned-run.js';
import { readRunResult } from '../src/reproduce/run-result.js';
import { parseScale } from '../src/reproduce/scale.js';
import { pictureRecipe, writePictureSet } from './picture-set.js';

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

  it('keeps the errors with the summaries of a run', async () => {
    await keepSummaries(join(folder, 'kept'), await readRunResults(root, [plan]));
    expect(existsSync(join(folder, 'kept', 'runs', plan.folder, 'errors-ten-crop.json'))).toBe(true);
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
