import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CalibrationAccumulator, MetricsAccumulator, WorstMistakes, softmax, wilsonInterval } from '../index.js';

describe('wilsonInterval', () => {
  test.each([
    // the roots x of (count / total − x)² = z²·x·(1 − x) / total, from numpy.roots
    [875, 10_000, 0.082119, 0.0931978],
    [0, 10, 0, 0.2775328],
    [10, 10, 0.7224672, 1],
    [1, 2, 0.0945312, 0.9054688],
  ])('%d of %d', (count, total, lower, upper) => {
    const interval = wilsonInterval(count, total);
    expect(interval.lower).toBeCloseTo(lower, 6);
    expect(interval.upper).toBeCloseTo(upper, 6);
  });

  test('holds its share, within 0 and 1, and is the wider the surer it must be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, share) => {
        const count = Math.round(share * total);
        const { lower, upper } = wilsonInterval(count, total);
        const wider = wilsonInterval(count, total, 2.576);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(count / total);
        expect(upper).toBeGreaterThanOrEqual(count / total);
        expect(wider.lower).toBeLessThanOrEqual(lower);
        expect(wider.upper).toBeGreaterThanOrEqual(upper);
      }),
    );
  });

  test('refuses what is no share', () => {
    expect(() => wilsonInterval(3, 2)).toThrow(/expected an integer from 0 to 2 for count, received 3/);
    expect(() => wilsonInterval(1.5, 2)).toThrow(/count/);
    expect(() => wilsonInterval(1, -2)).toThrow(/total/);
    expect(() => wilsonInterval(1, 2, 0)).toThrow(/quantile/);
    expect(wilsonInterval(0, 0)).toEqual({ lower: NaN, upper: NaN });
  });
});

describe('calibration', () => {
  test('worked by hand', () => {
    const diagram = new CalibrationAccumulator(4);
    for (const [confidence, correct] of [
      [0.5, true], // (0.25, 0.5]
      [0.3, false],
      [0.9, true], // (0.75, 1]
      [1, true],
      [0.8, false],
    ] as const)
      diagram.add(confidence, correct);
    const { bins, expectedError, maximumError } = diagram.calibration();
    expect(bins.map(({ examples }) => examples)).toEqual([0, 2, 0, 3]);
    expect(bins[1]).toMatchObject({ from: 0.25, to: 0.5, accuracy: 0.5, confidence: 0.4 });
    const gaps = [0.1, 0.9 - 2 / 3];
    expect(expectedError).toBeCloseTo((2 * (gaps[0] ?? 0) + 3 * (gaps[1] ?? 0)) / 5, 12);
    expect(maximumError).toBeCloseTo(gaps[1] ?? 0, 12);
  });

  test('of nothing is NaN, and 0 counts in the first bin', () => {
    const diagram = new CalibrationAccumulator(2);
    expect(diagram.calibration()).toMatchObject({ expectedError: NaN, maximumError: NaN });
    diagram.add(0, false);
    expect(diagram.calibration()).toMatchObject({ expectedError: 0, maximumError: 0 });
  });
});

test('worst mistakes: the highest losses, NaN first, equals in order', () => {
  const worst = new WorstMistakes(4);
  const losses = [1, 3, NaN, 3, 2, NaN, 0.5];
  losses.forEach((loss, index) =>
    worst.add({ index, label: 0, predicted: 1, loss, labelProbability: 0.1, confidence: 0.9 }),
  );
  expect(worst.list().map(({ index }) => index)).toEqual([2, 5, 1, 3]);
});

describe('MetricsAccumulator', () => {
  test('keeps mistakes with their probabilities, and none when told so', () => {
    const logits = [Math.log(3), 0, 0, Math.log(9), Math.log(9), 0];
    const metrics = new MetricsAccumulator(2);
    metrics.add(logits, [0, 0, 1]);
    const { worstMistakes, calibration, top1Interval } = metrics.report();
    expect(worstMistakes.map(({ index, label, predicted }) => [index, label, predicted])).toEqual([
      [1, 0, 1],
      [2, 1, 0],
    ]);
    expect(worstMistakes[0]?.confidence).toBeCloseTo(0.9, 12);
    expect(worstMistakes[0]?.labelProbability).toBeCloseTo(0.1, 12);
    expect(worstMistakes[0]?.loss).toBeCloseTo(Math.log(10), 12);
    expect(calibration.bins).toHaveLength(15);
    expect(calibration.expectedError).toBeCloseTo((0.25 + 2 * 0.9) / 3, 12);
    expect(top1Interval).toEqual(wilsonInterval(2, 3));
    const short = new MetricsAccumulator(2, { worstMistakes: 0, calibrationBins: 2 });
    short.add(logits, [1, 0, 1]);
    expect(short.report()).toMatchObject({ worstMistakes: [], calibration: { bins: { length: 2 } } });
  });

  test('refuses counts that are none', () => {
    expect(() => new MetricsAccumulator(2, { calibrationBins: 0 })).toThrow(/integer >= 1 for calibrationBins/);
    expect(() => new MetricsAccumulator(2, { worstMistakes: -1 })).toThrow(/integer >= 0 for worstMistakes/);
  });

  test('takes logarithms of probabilities for logits, zeros included', () => {
    expect([...softmax([0.5, 0.25, 0.25, 0].map(Math.log), 0, 4)].map((value) => value.toFixed(12))).toEqual(
      [0.5, 0.25, 0.25, 0].map((value) => value.toFixed(12)),
    );
  });
});
