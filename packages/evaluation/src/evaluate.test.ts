import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { tableBatches, tableNetwork } from './__fixtures__/table-network.js';
import {
  confusionRows,
  evaluate,
  formatPercent,
  perClassRows,
  summaryRows,
  worstMistakeRows,
  type EvaluateOptions,
  type EvaluationReport,
} from './index.js';

const STATE = { parameters: {}, buffers: {} };
type Row = { readonly logits: readonly number[]; readonly label: number };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function evaluateRows(
  batches: readonly (readonly Row[])[],
  options: Partial<EvaluateOptions> = {},
): Promise<EvaluationReport> {
  const classes = batches[0]?.[0]?.logits.length ?? 3;
  return evaluate({ network: tableNetwork(classes), state: STATE, batches: tableBatches(batches), ...options });
}

describe('evaluate, worked by hand', () => {
  const rows: readonly Row[] = [
    { logits: [2, 1, 0], label: 0 }, // right
    { logits: [2, 1, 0], label: 1 }, // taken for 0
    { logits: [0, 0, 5], label: 2 }, // right
    { logits: [0, 3, 3], label: 2 }, // tie of 1 and 2: taken for 1
    { logits: [0, NaN, 5], label: 2 }, // NaN: wrong, and in no cell
  ];

  test('errors, confusion and error by class', async () => {
    const report = await evaluateRows([rows.slice(0, 2), rows.slice(2)]);
    expect(report).toMatchObject({ examples: 5, top1Error: 3 / 5, top5Error: 1 / 5, invalid: 1, loss: NaN });
    expect(report.confusion).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ]);
    expect(report.perClassError).toEqual([0, 1, 2 / 3]);
  });

  test('loss: the mean of log-sum-exp minus the label’s logit', async () => {
    const { loss } = await evaluateRows([rows.slice(0, 2), rows.slice(2, 4)]);
    const softmax = Math.log(Math.exp(2) + Math.exp(1) + 1);
    const expected =
      (softmax - 2 + (softmax - 1) + (Math.log(2 + Math.exp(5)) - 5) + (Math.log(1 + 2 * Math.exp(3)) - 3)) / 4;
    expect(loss).toBeCloseTo(expected, 14);
  });

  test('top-5 of seven classes: right at rank 5, wrong at rank 6 and at a tie for it', async () => {
    const report = await evaluateRows([
      [
        { logits: [9, 8, 7, 6, 5, 4, 3], label: 4 },
        { logits: [9, 8, 7, 6, 5, 4, 3], label: 5 },
        { logits: [9, 8, 7, 6, 5, 5, 3], label: 4 },
      ],
    ]);
    expect(report.top5Error).toBe(2 / 3);
  });

  test('logits too large for exp in float32 have a finite loss', async () => {
    expect((await evaluateRows([[{ logits: [1000, 0, -1000], label: 1 }]])).loss).toBe(1000);
  });

  test('a class without images has no error', async () => {
    expect((await evaluateRows([[{ logits: [1, 0, 0], label: 0 }]])).perClassError).toEqual([0, NaN, NaN]);
  });
});

const manyRows = fc.integer({ min: 1, max: 8 }).chain((classes) =>
  fc.array(
    fc.record({
      logits: fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN)), {
        minLength: classes,
        maxLength: classes,
      }),
      label: fc.nat(classes - 1),
    }),
    { minLength: 1, maxLength: 20 },
  ),
);

test('figures agree with one another and do not depend on how images are batched', async () => {
  await fc.assert(
    fc.asyncProperty(manyRows, fc.integer({ min: 1, max: 20 }), async (rows, size) => {
      const whole = await evaluateRows([rows]);
      const batches = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
        rows.slice(index * size, (index + 1) * size),
      );
      expect(await evaluateRows(batches)).toEqual(whole);
      const cells = whole.confusion.flat().reduce((sum, count) => sum + count, 0);
      const right = whole.confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
      expect(cells + whole.invalid).toBe(rows.length);
      expect(whole.top1Error).toBeCloseTo(1 - right / rows.length, 12);
      expect(whole.top5Error).toBeLessThanOrEqual(whole.top1Error);
      const mistakes = whole.perClassError.map(
        (error, index) => (Number.isNaN(error) ? 0 : error) * rows.filter(({ label }) => label === index).length,
      );
      expect(mistakes.reduce((sum, count) => sum + count, 0)).toBeCloseTo(whole.top1Error * rows.length, 9);
    }),
  );
});

test('leaves memory as it was, also when it fails', async () => {
  const before = tf.memory().numTensors;
  await evaluateRows([[{ logits: [1, 0, 0], label: 0 }], [{ logits: [1, 0, 0], label: 0 }]]);
  // The stream's own closing value is the stream's to dispose: 2 tensors of the fixture.
  expect(tf.memory().numTensors).toBe(before + 2);
  await expect(evaluateRows([[{ logits: [1, 0, 0], label: 3 }]])).rejects.toThrow();
  expect(tf.memory().numTensors).toBe(before + 2);
});

test('tells of each batch, and stops on a signal', async () => {
  const row = { logits: [1, 0, 0], label: 1 };
  const seen: unknown[] = [];
  const controller = new AbortController();
  const onBatch = (progress: unknown) => {
    seen.push(progress);
    if (seen.length === 2) controller.abort(new Error('enough'));
  };
  await expect(evaluateRows([[row], [row, row], [row]], { onBatch, signal: controller.signal })).rejects.toThrow(
    'enough',
  );
  expect(seen).toEqual([
    { batches: 1, examples: 1, top1Error: 1 },
    { batches: 2, examples: 3, top1Error: 1 },
  ]);
});

describe('evaluate refuses', () => {
  test.each([
    [
      'a label out of range',
      [{ logits: [1, 0, 0], label: 3 }],
      {},
      /evaluation batch 0: expected a class from 0 to 2 for label 0, received 3/,
    ],
    [
      'names that do not fit',
      [{ logits: [1, 0, 0], label: 0 }],
      { classes: ['a'] },
      /expected 3 names for classes, received \["a"\]/,
    ],
  ])('%s', async (_name, rows, options, message) => {
    await expect(evaluateRows([rows], options)).rejects.toThrow(message);
  });

  test('images with other channels', async () => {
    const network = { ...tableNetwork(3), inputShape: [1, 3, 2] as const };
    await expect(evaluateRows([[{ logits: [1, 0, 0], label: 0 }]], { network })).rejects.toThrow(
      /expected images \[1, H, W, 2\], received \[1, 1, 3, 1\]/,
    );
  });

  test('a set without images', async () => {
    await expect(evaluateRows([])).rejects.toThrow(/at least one image/);
  });
});

test('rows for people', async () => {
  const rows: readonly Row[] = [
    { logits: [1, 0], label: 0 },
    { logits: [1, 0], label: 1 },
    { logits: [NaN, 0], label: 1 },
  ];
  const report = await evaluateRows([rows], { classes: ['cat', 'dog'] });
  expect(summaryRows(report)).toEqual([
    ['figure', 'value'],
    ['images', '3'],
    ['top-1 error', '66.7 % (95 %: 20.8–93.9)'],
    ['top-5 error', '33.3 % (95 %: 6.1–79.2)'],
    ['loss', '–'],
    ['calibration error', '23.1 %'],
    ['images with NaN logits', '1'],
  ]);
  expect(perClassRows(report)).toEqual([
    ['class', 'error', 'most often taken for'],
    ['cat', '0.0 %', '–'],
    ['dog', '100.0 %', 'cat (1)'],
  ]);
  expect(confusionRows(report)).toEqual([
    ['actual \\ predicted', 'cat', 'dog'],
    ['cat', '1', '0'],
    ['dog', '1', '0'],
  ]);
  expect(worstMistakeRows(report)).toEqual([
    ['image', 'actual', 'predicted', 'probability of actual', 'of predicted', 'loss'],
    ['2', 'dog', 'NaN', '–', '–', '–'],
    ['1', 'dog', 'cat', '26.9 %', '73.1 %', '1.31'],
  ]);
  expect(formatPercent(0.1834)).toBe('18.3 %');
});
