import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { exampleResult } from '../__fixtures__/example-result.js';
import { exitCodes } from '../exit-codes.js';
import { run } from '../run.js';
import { comparisonCaveats, compareResults } from './compare-results.js';
import { comparisonPage, resultPage } from './result-page.js';

const before = exampleResult({ slows: [10, 11, 12], same: [10, 11, 12], 'one bad round': [10, 11, 12], gone: [1] });
const after = exampleResult({ slows: [13, 14, 15], same: [10, 11.5, 13], 'one bad round': [10, 11, 40], fresh: [1] });

describe('compareResults', () => {
  it('flags what is slower beyond the spread, and nothing else', () => {
    const verdicts = compareResults(before, after).map(({ contender, verdict }) => [contender, verdict]);
    expect(verdicts).toEqual([
      ['slows', 'slower'],
      ['same', 'same'],
      ['one bad round', 'same'],
      ['fresh', 'only after'],
      ['gone', 'only before'],
    ]);
    expect(compareResults(after, before)[0]).toMatchObject({ verdict: 'faster', ratio: expect.closeTo(11 / 14) });
  });

  it('says what speaks against comparing', () => {
    expect(comparisonCaveats(before, after)).toEqual([]);
    const busy = { ...after, otherLoad: { before: 0.9, after: 0 } };
    const elsewhere = { ...busy, environment: { ...busy.environment, processor: 'another one' } };
    expect(comparisonCaveats(before, elsewhere)).toEqual([
      'another processor: a processor before, another one after',
      'the machine was busy with something else in the run of 2026-01-02T03:04:05.000Z',
    ]);
  });
});

describe('pages', () => {
  it('escape what came from a file, and load nothing', () => {
    const hostile = exampleResult({ '<script>alert(1)</script>': [1], peer: [2] });
    for (const page of [resultPage(hostile), comparisonPage(hostile, hostile)]) {
      expect(page).not.toContain('<script');
      expect(page).toContain('&lt;script&gt;');
      expect(page).not.toMatch(/(src|href)=/);
    }
  });

  it('draw a bar for each contender and mark what got slower', () => {
    // Of speed and of memory.
    expect(resultPage(before).match(/<rect /g)).toHaveLength(2 * 4);
    expect(comparisonPage(before, after)).toMatch(/<tr class="slower"><td>resnet20[^<]*<\/td><td>slows/);
    expect(comparisonPage(before, after).match(/<rect /g)).toHaveLength(3);
  });
});

describe('bench compare', () => {
  let folder = '';
  const output: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-compare-'));
    await writeFile(join(folder, 'before.json'), JSON.stringify(before));
    await writeFile(join(folder, 'after.json'), JSON.stringify(after));
    await writeFile(join(folder, 'old.json'), JSON.stringify({ ...before, version: 0 }));
    await writeFile(join(folder, 'broken.json'), '{');
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    output.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void output.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void output.push(line));
  });
  afterEach(() => vi.restoreAllMocks());
  const compare = (...argv: string[]) =>
    run(['compare', ...argv.map((word) => (word.includes('.') ? join(folder, word) : word))]);

  it('prints a table, writes a page, and fails where asked to', async () => {
    expect(await compare('before.json', 'after.json', '--html', 'page.html')).toBe(exitCodes.ok);
    expect(output.join('\n')).toMatch(
      /slows +11\.00 \(10\.00 – 12\.00\) +14\.00 \(13\.00 – 15\.00\) +× 1\.273 +SLOWER/,
    );
    expect(output.join('\n')).toContain('1 got slower beyond the spread');
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toContain('</html>');
    expect(await compare('before.json', 'after.json', '--fail')).toBe(exitCodes.slower);
    expect(await compare('before.json', 'before.json', '--fail')).toBe(exitCodes.ok);
  });

  it.each([
    ['old.json', /a result of version 1 of bench for version/],
    ['broken.json', /a readable JSON file/],
    ['none.json', /a readable JSON file.*ENOENT/],
  ])('refuses %s', async (name, message) => {
    expect(await compare('before.json', name)).toBe(exitCodes.usage);
    expect(output.join('\n')).toMatch(message);
  });
});
