import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../__fixtures__/temporary-folder.js';
import { tinyRecipe } from '../__fixtures__/tiny-recipe.js';
import { writeEvaluation } from '../run/evaluation-file.js';
import { MetricsWriter } from '../run/metrics.js';
import { writeRecipe } from '../run/run-folder.js';
import { duration } from './format.js';
import { rateChanges } from './rate-changes.js';
import { rateTable } from './tables.js';
import { writeReport } from './write-report.js';

const HOSTILE = `<script>alert(1)</script>" onload='x' &amp;`;

async function runFolderOf({ steps = 40, name = 'tiny', evaluated = true } = {}): Promise<string> {
  const folder = temporaryFolder();
  await writeRecipe(folder, tinyRecipe({ name }));
  const details = { instructionSet: name };
  const session = {
    firstStep: 0,
    startedAt: 'then',
    backend: name,
    tfjs: '4',
    node: '20',
    platform: 'x',
    processor: 'p',
    cores: 2,
    memoryBytes: 1,
    details,
  };
  writeFileSync(join(folder, 'environment.json'), JSON.stringify({ sessions: [session] }));
  const writer = await MetricsWriter.open(folder);
  for (let step = 1; step <= steps; step += 1) {
    const memory = { tensors: 1, bytes: 1, residentBytes: 1 };
    const loss = step === 3 ? null : 2 / step;
    await writer.append({
      kind: 'step',
      step,
      epoch: step / 10,
      learningRate: step === 40 ? 0 : 0.1,
      loss,
      error: 0.5,
      imagesPerSecond: 800,
      waiting: step % 2 === 0 ? 0.3 : 0.1,
      seconds: step * 7,
      memory,
    });
    if (step % 10 === 0)
      await writer.append({ kind: 'evaluation', step, epoch: step / 10, examples: 4, loss: 1, top1Error: 0.25 });
  }
  await writer.close();
  const confusion = [
    [3, 1, 0],
    [0, 0, 0],
    [0, 0, 4],
  ];
  if (evaluated) {
    await writeEvaluation(folder, {
      examples: 8,
      loss: 0.8,
      top1Error: 0.125,
      top5Error: 0,
      confusion,
      perClassError: [0.25, NaN, 0],
      classNames: ['cat', name, 'dog'],
      step: 40,
    });
  }
  return folder;
}

async function page(folder: string) {
  const html = readFileSync(await writeReport(folder), 'utf8');
  return { html, document: parseHTML(html).document };
}

describe('the report of a run', () => {
  test('shows curves, final figures, classes, confusion, recipe and environment', async () => {
    const { document } = await page(await runFolderOf());
    expect([...document.querySelectorAll('figcaption')].map((caption) => caption.firstChild?.textContent)).toEqual([
      'Loss',
      'Error',
      'Learning rate',
      'Speed',
    ]);
    for (const svg of document.querySelectorAll('svg'))
      expect(svg.querySelector('[aria-label="line"] path')?.getAttribute('d')?.length).toBeGreaterThan(20);
    const text = document.body.textContent ?? '';
    for (const figure of [
      '12.5 % on 8 images',
      '40 (4 epochs)',
      '4 min 40 s',
      'SGD, Nesterov momentum 0.9',
      'after step40',
      'waited for data20.0 % of the training time',
    ])
      expect(text).toContain(figure);
    const cells = [...document.querySelectorAll('.confusion tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent),
    );
    expect(cells).toEqual([
      ['3', '1', ''],
      ['', '', ''],
      ['', '', '4'],
    ]);
    expect(text).toMatch(/cat25.0 %4tiny–0dog0.0 %4/);
  });

  test('stands alone: no script, no address but names of formats', async () => {
    const { html, document } = await page(await runFolderOf());
    expect(document.querySelectorAll('script, link, img, iframe').length).toBe(0);
    expect(
      [...html.matchAll(/https?:\/\/[^"'\s)]+/g)]
        .map(([address]) => address)
        .filter((address) => !address.startsWith('http://www.w3.org/')),
    ).toEqual([]);
  });

  test('escapes everything that comes from outside', async () => {
    const { html, document } = await page(await runFolderOf({ name: HOSTILE }));
    expect(html).not.toContain('<script');
    expect(document.querySelectorAll('script').length).toBe(0);
    expect([...document.querySelectorAll('*')].filter((element) => element.hasAttribute('onload'))).toEqual([]);
    expect(document.querySelector('h1')?.textContent).toBe(`${HOSTILE}: tiny on none`);
  });

  test('is written for a run that has logged and evaluated nothing', async () => {
    const { document } = await page(await runFolderOf({ steps: 0, evaluated: false }));
    expect(document.body.textContent).toContain('No step has been logged yet');
  });

  test('is the same page for the same files', async () => {
    const folder = await runFolderOf();
    expect((await page(folder)).html).toBe((await page(folder)).html);
  });
});

test('durations read as people say them', () => {
  expect([4, 271, 3600, 7384].map(duration)).toEqual(['4 s', '4 min 31 s', '1 h 0 min', '2 h 3 min']);
});

test('learning rates are listed as they were logged, unless they are a curve', () => {
  const memory = { tensors: 1, bytes: 1, residentBytes: 1 };
  const line = (step: number, learningRate: number) =>
    ({
      ...{ step, epoch: step / 10, learningRate, loss: 1, error: 1, imagesPerSecond: 1, seconds: 1, memory },
      kind: 'step',
    }) as const;
  const drops = [0.1, 0.1, 0.01, 0.01, 0.1].map((rate, index) => line(10 * (index + 1), rate));
  const evaluation = { kind: 'evaluation', step: 20, epoch: 2, examples: 1, loss: 1, top1Error: 1 } as const;
  const changes = rateChanges([...drops.slice(0, 2), evaluation, ...drops.slice(2)]);
  expect(changes).toEqual([
    { learningRate: 0.1, step: 10, epoch: 1 },
    { learningRate: 0.01, step: 30, epoch: 3 },
    { learningRate: 0.1, step: 50, epoch: 5 },
  ]);
  expect(rateTable(changes)).toContain('<tr><td>0.01</td><td>30</td><td>3</td></tr>');
  expect(rateChanges(Array.from({ length: 100 }, (_, step) => line(step, 1 / (step + 1))))).toEqual([]);
  expect(rateTable([])).toBe('');
});
