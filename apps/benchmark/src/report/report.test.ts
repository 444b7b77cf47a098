import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResult } from '../__fixtures__/example-result.js';
import { figure, formatResult, ratioToBestPeer } from './format-result.js';
import { measurementOf } from './measurement.js';
import { resultSchema } from './result-schema.js';
import { saveResult } from './save-result.js';
import { stepFigures } from './step-figures.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-results-'));
});
afterAll(() => rm(folder, { recursive: true }));

const turns = { secondsPerStep: [0.5, 1, 0.25], stepsPerTurn: 4, peakBytes: 2 ** 20, joulesPerStep: [20, 40, 30] };
const work = { subject: 'a step', contender: 'ours', description: 'native', batch: 10, turns };

describe('measurementOf', () => {
  it('gives medians with spread, rates against the limits, and energy', () => {
    const limits = { peakGigaflops: 8, memoryGigabytesPerSecond: 4 };
    expect(measurementOf({ ...work, operations: 2e9, bytes: 1e9, limits, loss: 2 })).toEqual({
      ...{ subject: 'a step', contender: 'ours', description: 'native', batch: 10, rounds: 3, stepsPerRound: 4 },
      milliseconds: { median: 500, lowest: 250, highest: 1000 },
      imagesPerSecond: { median: 20, lowest: 10, highest: 40 },
      ...{ gigaflops: 4, shareOfPeak: 0.5, gigabytesPerSecond: 2, shareOfBandwidth: 0.5 },
      ...{ peakResidentBytes: 2 ** 20, joulesPerImage: 3, loss: 2 },
    });
  });

  it('leaves out what is not known', () => {
    const quiet = { ...turns, joulesPerStep: [] };
    expect(Object.keys(measurementOf({ ...work, turns: quiet, withMemory: false }))).toEqual([
      ...['subject', 'contender', 'description', 'milliseconds', 'rounds', 'stepsPerRound', 'batch', 'imagesPerSecond'],
    ]);
  });
});

describe('a result', () => {
  const result = exampleResult({ 'resnet-ts': [10, 11, 12], slower: [20, 21, 22], better: [15, 16, 17] });

  it('is compared with the best peer', () => {
    expect(ratioToBestPeer(result.measurements)).toEqual({ ratio: expect.closeTo(16 / 11), peer: 'better' });
    expect(ratioToBestPeer(result.measurements.slice(0, 1))).toBeUndefined();
    const two = exampleResult({ 'resnet-ts, 0 workers': [20], 'resnet-ts, 1 worker': [10], peer: [15] });
    expect(ratioToBestPeer(two.measurements)).toEqual({ ratio: expect.closeTo(1.5), peer: 'peer' });
  });

  it('has figures for scripts', () => {
    expect(stepFigures(result)).toMatchObject({
      imagesPerSecond: expect.closeTo(128 / 0.011),
      milliseconds: { median: expect.closeTo(11), lowest: 10, highest: 12 },
      gigaflops: expect.any(Number),
      ratioToBestPeer: expect.closeTo(16 / 11),
      peakResidentBytes: 2 ** 20,
    });
  });

  it('is printed with spread, memory, ratio and who was skipped', () => {
    const text = formatResult({ ...result, skipped: [{ contender: 'tfjs node', reason: 'not installed' }] });
    expect(text).toMatch(/resnet-ts +128 +11636 +11\.00 +10\.00 – 12\.00 .* 1$/m);
    expect(text).toContain('1.45 × the best peer, better');
    expect(text).toContain('skipped tfjs node: not installed');
    expect(text).not.toContain('too busy');
    expect(formatResult({ ...result, otherLoad: { before: 0, after: 0.5 } })).toMatch(/50 % after: too busy/);
  });

  it('is kept under a name that says what it is, as the schema has it', async () => {
    const path = await saveResult(result, folder);
    expect(await readdir(folder)).toEqual(['2026-01-02T03-04-05-step-resnet20-batch-128.json']);
    expect(resultSchema.parse(JSON.parse(await readFile(path, 'utf8')))).toEqual(result);
  });
});

describe('many subjects', () => {
  it('are one table, with how many times faster than the best peer each is', () => {
    const one = exampleResult({ 'resnet-ts': [10], peer: [20] });
    const measurements = ['a', 'b', 'c', 'd', 'e'].flatMap((subject) =>
      one.measurements.map((measurement) => ({ ...measurement, subject })),
    );
    const text = formatResult({ ...one, measurements });
    expect(text).toMatch(/^subject +contender .* × best peer$/m);
    for (const subject of ['a', 'e']) expect(text).toMatch(new RegExp(`^${subject} +resnet-ts +128 .* 2\\.00$`, 'm'));
  });
});

describe('figure', () => {
  it.each([
    [12345.6, '12346'],
    [123.45, '123.5'],
    [12.345, '12.35'],
    [0.012345, '0.0123'],
  ])('%d is %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
