import { appendFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { readEvaluation, writeEvaluation } from './evaluation-file.js';
import type { MetricsRecord } from './metrics-schema.js';
import { metricsPath, MetricsWriter, readMetrics, truncateMetrics } from './metrics.js';
import { createRunFolder, readRecipe, resolveRunFolder, runFolders, writeRecipe } from './run-folder.js';

function stepRecord(step: number): MetricsRecord {
  const memory = { tensors: 1, bytes: 4, residentBytes: 9 };
  return {
    kind: 'step',
    step,
    epoch: step / 5,
    learningRate: 0.1,
    loss: 1 / 3,
    error: 0.5,
    imagesPerSecond: 10,
    seconds: step,
    memory,
  };
}

async function metricsOf(steps: readonly number[]): Promise<string> {
  const folder = temporaryFolder();
  const writer = await MetricsWriter.open(folder);
  for (const step of steps) await writer.append(stepRecord(step));
  await writer.close();
  return folder;
}

describe('metrics', () => {
  test('come back as they were written, to the last bit', async () => {
    const folder = await metricsOf([3, 6]);
    expect(await readMetrics(folder)).toEqual([stepRecord(3), stepRecord(6)]);
  });

  test('cut short anywhere give the records before the cut', async () => {
    const folder = await metricsOf([3, 6, 9]);
    const bytes = readFileSync(metricsPath(folder));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), async (length) => {
        writeFileSync(metricsPath(folder), bytes.subarray(0, length));
        const whole = bytes.subarray(0, length).toString().split('\n').length - 1;
        expect((await readMetrics(folder)).map(({ step }) => step)).toEqual([3, 6, 9].slice(0, whole));
      }),
    );
  });

  test('are cut back to a step, a torn line included', async () => {
    const folder = await metricsOf([3, 6, 9]);
    const before = readFileSync(metricsPath(folder), 'utf8');
    appendFileSync(metricsPath(folder), '{"kind":');
    expect((await truncateMetrics(folder, 6)).map(({ step }) => step)).toEqual([3, 6]);
    expect(readFileSync(metricsPath(folder), 'utf8')).toBe(before.split('\n').slice(0, 2).join('\n') + '\n');
  });

  test('with a damaged line name it', async () => {
    const folder = await metricsOf([3]);
    appendFileSync(metricsPath(folder), '{"kind":"step"}\n');
    await expect(readMetrics(folder)).rejects.toThrow(/metrics.jsonl: line 2 is not a metrics record/);
  });

  test('of a folder without any are none', async () => {
    expect(await readMetrics(temporaryFolder())).toEqual([]);
  });
});

describe('an evaluation', () => {
  test('comes back, with NaN for a class without images', async () => {
    const folder = temporaryFolder();
    const evaluation = {
      examples: 2,
      loss: 0.5,
      top1Error: 0.5,
      confusion: [
        [1, 1],
        [0, 0],
      ],
      perClassError: [0.5, NaN],
      classNames: ['a', 'b'],
    };
    await writeEvaluation(folder, evaluation);
    expect(await readEvaluation(folder)).toEqual(evaluation);
  });

  test('that is damaged is refused by name, and one that is not there is undefined', async () => {
    const folder = temporaryFolder();
    expect(await readEvaluation(folder)).toBeUndefined();
    writeFileSync(join(folder, 'evaluation.json'), '{"examples": -1}');
    await expect(readEvaluation(folder)).rejects.toThrow(/evaluation.json: expected an evaluation as JSON/);
  });
});

describe('run folders', () => {
  test('are numbered, whatever the name', async () => {
    const root = temporaryFolder();
    expect(await createRunFolder(root, 'quick')).toBe(join(root, 'quick-001'));
    expect(await createRunFolder(root, 'quick')).toBe(join(root, 'quick-002'));
    expect(await createRunFolder(root, '../../etc')).toBe(join(root, '-..-etc-001'));
  });

  test('are found by path, by name and as the latest; a misspelt name is answered with the nearest', async () => {
    const root = temporaryFolder();
    for (const [index, name] of ['zebra-001', 'quick-001'].entries()) {
      mkdirSync(join(root, name));
      await writeRecipe(join(root, name), tinyRecipe());
      utimesSync(join(root, name, 'recipe.json'), index + 1, index + 1);
    }
    expect(await runFolders(root)).toEqual(['zebra-001', 'quick-001']);
    expect(await resolveRunFolder('latest', { root })).toBe(join(root, 'quick-001'));
    expect(await resolveRunFolder('zebra-001', { root })).toBe(join(root, 'zebra-001'));
    expect(await resolveRunFolder(join(root, 'zebra-001'))).toBe(join(root, 'zebra-001'));
    await expect(resolveRunFolder('quick-01', { root })).rejects.toThrow(/did you mean "quick-001"\?/);
    await expect(resolveRunFolder('latest', { root: join(root, 'none') })).rejects.toThrow(/there are 0 runs/);
  });

  test('without a readable recipe are refused', async () => {
    const folder = temporaryFolder();
    await expect(readRecipe(folder)).rejects.toThrow(/recipe.json: expected the recipe of a run/);
    writeFileSync(join(folder, 'recipe.json'), '{"name":');
    await expect(readRecipe(folder)).rejects.toThrow(/recipe.json: expected a recipe as JSON/);
  });
});
