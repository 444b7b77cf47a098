import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRecipe } from '@resnet-ts/training';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { trainInFolder } from '../src/actions/train.js';
import { exitCodes } from '../src/exit-codes.js';
import { executeRuns, readRunResults } from '../src/reproduce/execute-runs.js';
import type { DrawingContext, Experiment } from '../src/reproduce/experiment.js';
import { errorTable } from '../src/reproduce/experiments/error-table.js';
import { learningCurves } from '../src/reproduce/experiments/learning-curves.js';
import { keepSummaries } from '../src/reproduce/keep-results.js';
import type { PlannedRun } from '../src/reproduce/planned-run.js';
import { readRunResult } from '../src/reproduce/run-result.js';
import { parseScale, scaleRecipe, type Scale } from '../src/reproduce/scale.js';
import { writeExperimentReport } from '../src/reproduce/write-report.js';
import { syntheticRecipe, writeSyntheticDataset } from './synthetic-dataset.js';

/** As the experiments of the paper, on a data set that a test can have. */
const shades: Experiment = {
  name: 'shades',
  title: 'Two shades',
  explanation: ['A | sign and a <tag> are text.'],
  plan: ({ scale, seeds = [1, 2] }) =>
    seeds.map((seed) => {
      const recipe = parseRecipe({ ...syntheticRecipe, length: { steps: 12 }, seed }, 'test');
      return { folder: `resnet8-seed-${seed}`, recipe: scaleRecipe(recipe, scale) };
    }),
  draw: async (results) => [
    { title: 'Errors', table: errorTable(results), drawings: [await learningCurves('curves', 'Shades', results)] },
  ],
};

let folder = '';
let root = '';
let notes: string[] = [];
const trained: string[] = [];
const scale: Scale = parseScale('1/2');
const plans = shades.plan({ scale });

const context: DrawingContext = {
  data: 'data',
  note: () => undefined,
  selectBackend: () => Promise.reject(new Error('curves need no backend')),
};

const execute = (runs: readonly PlannedRun[]) =>
  executeRuns({
    ...{ root, plans: runs, note: (line: string) => void notes.push(line) },
    train: (plan, runFolder) => {
      trained.push(plan.folder);
      return trainInFolder(plan.recipe, runFolder, { data: join(folder, 'data'), backend: 'auto', threads: 1 });
    },
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-reproduce-'));
  root = join(folder, 'runs');
  writeSyntheticDataset(join(folder, 'data'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  notes = [];
  trained.length = 0;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => vi.restoreAllMocks();
});

describe.sequential('resnet reproduce', () => {
  it('trains what is planned at the scale, and tells what is left', async () => {
    expect(await execute(plans)).toBe(exitCodes.ok);
    expect(trained).toEqual(['resnet8-seed-1', 'resnet8-seed-2']);
    expect(notes[0]).toMatch(/^Run 1 of 2: resnet8-seed-1, 6 steps; how long all will take/);
    expect(notes[1]).toMatch(/^Run 2 of 2: resnet8-seed-2, 6 steps; 0:0\d of training left in all$/);
    const [first] = await readRunResults(root, plans);
    expect(first).toMatchObject({ finished: true, stepsDone: 6, stepsPlanned: 6 });
    expect(first?.trainingCurve).toHaveLength(6);
  });

  it('runs nothing again that is finished', async () => {
    expect(await execute(plans)).toBe(exitCodes.ok);
    expect(trained).toEqual([]);
  });

  it('goes on with a run from its last checkpoint, to the same end', async () => {
    const [plan] = plans;
    if (plan === undefined) throw new Error('nothing planned');
    const evaluation = join(root, plan.folder, 'evaluation.json');
    const before = readFileSync(evaluation, 'utf8');
    rmSync(evaluation);
    rmSync(join(root, plan.folder, 'checkpoints', 'step-000006'), { recursive: true });
    expect((await readRunResult(root, plan)).finished).toBe(false);
    expect(await execute(plans)).toBe(exitCodes.ok);
    expect(trained).toEqual([plan.folder]);
    expect(readFileSync(evaluation, 'utf8')).toBe(before);
  });

  it('stops at the first training that does not end', async () => {
    const others = shades.plan({ scale, seeds: [8, 9] });
    const train = vi.fn(async () => exitCodes.interrupted);
    expect(await executeRuns({ root, plans: others, train, note: () => undefined })).toBe(exitCodes.interrupted);
    expect(train).toHaveBeenCalledTimes(1);
  });

  it('refuses a folder that holds a run of another recipe', async () => {
    const [plan] = shades.plan({ scale: parseScale('1') });
    if (plan === undefined) throw new Error('nothing planned');
    await expect(readRunResult(root, plan)).rejects.toThrow(/expected 12 for length\.steps of the recipe, received 6/);
  });

  it('draws what there is: a page, Markdown, and drawings', async () => {
    const request = { scale, results: await readRunResults(root, plans), context };
    const page = await writeExperimentReport(join(folder, 'report'), shades, request);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<h1>Two shades (scale 1/2)</h1>');
    expect(html).toContain('&lt;tag&gt;');
    expect(html).not.toContain('preliminary');
    const markdown = readFileSync(join(folder, 'report', 'report.md'), 'utf8');
    expect(markdown).toMatch(/\| resnet8 \| [\d,]+ \| 2 \| \d+\.\d\d \(\d+\.\d\d ± \d+\.\d\d\) \|/);
    expect(markdown).toContain('![Shades](curves.svg)');
    expect(readFileSync(join(folder, 'report', 'curves.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('marks a report with unfinished runs as preliminary', async () => {
    const more = await readRunResults(root, shades.plan({ scale, seeds: [1, 2, 3] }));
    const page = await writeExperimentReport(join(folder, 'report'), shades, {
      ...{ scale, results: more, context },
    });
    expect(readFileSync(page, 'utf8')).toContain('1 of 3 runs have not ended');
    expect(readFileSync(join(folder, 'report', 'report.md'), 'utf8')).toContain('| 2 of 3 |');
  });

  it('keeps summaries of finished runs and no weights', async () => {
    await keepSummaries(join(folder, 'kept'), await readRunResults(root, plans));
    expect(readdirSync(join(folder, 'kept', 'runs', 'resnet8-seed-1')).sort()).toEqual([
      ...['environment.json', 'evaluation.json', 'metrics.jsonl', 'recipe.json'],
    ]);
  });
});
