import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIMIZER } from '../step-settings.js';
import { saveResult } from './save-result.js';
import { formatStepResult, stepResult } from './step-result.js';
import type { Measured } from './step-result.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-results-'));
});
afterAll(() => rm(folder, { recursive: true }));

const measured: Measured = {
  settings: {
    ...OPTIMIZER,
    network: 'resnet20',
    batch: 128,
    threads: 2,
    imageSize: 32,
    classes: 10,
    cifarFolder: null,
    examples: 50_000,
  },
  data: '50000 synthetic images of 32×32',
  command: 'bench step',
  descriptions: { ours: 'native' },
  losses: { ours: [2, 1] },
  rounds: {
    imagesPerSecond: { ours: [90, 100, 110], slower: [40, 50, 60], better: [70, 80, 90] },
    stepsPerTurn: { ours: 2 },
    peakBytes: { ours: 2 ** 20 },
  },
  otherLoad: { before: 0.01, after: 0.02 },
};
const date = new Date('2026-01-02T03:04:05Z');
const result = stepResult(measured, date);

describe('stepResult', () => {
  it('compares with the better peer', () => {
    expect(result.ratio).toBe(100 / 80);
    expect(result.contenders[0]).toMatchObject({
      name: 'ours',
      imagesPerSecond: { median: 100, lowest: 90, highest: 110 },
    });
  });

  it('has no ratio without a peer', () => {
    const alone = stepResult({ ...measured, rounds: { ...measured.rounds, imagesPerSecond: { ours: [100] } } }, date);
    expect(alone.ratio).toBeNull();
    expect(formatStepResult(alone)).not.toContain('ratio');
  });

  it('is printed with spread, memory and ratio', () => {
    const text = formatStepResult(result);
    expect(text).toMatch(/ours +100\.0 images\/s \(90\.0 to 110\.0 in 3 rounds\), peak 1 MiB; native/);
    expect(text).toMatch(/ratio to the better PyTorch: 1\.250/);
    expect(text).not.toMatch(/too busy/);
    expect(formatStepResult({ ...result, otherLoad: { before: 0, after: 0.5 } })).toMatch(/50 % after: too busy/);
  });

  it('is kept under a name that says what it is', async () => {
    const path = await saveResult(result, folder);
    expect(await readdir(folder)).toEqual(['2026-01-02T03-04-05-step-resnet20-batch-128.json']);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(result)));
  });
});
