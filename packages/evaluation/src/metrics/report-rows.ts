import type { EvaluationReport } from './evaluation-report.js';
import type { Interval } from './wilson-interval.js';

/** A table as plain text cells, the heading first: for a terminal, a file or a page. */
export type Rows = string[][];

/**
 * A fraction as people read it.
 *
 * @example
 * formatPercent(0.1834); // '18.3 %'
 */
export function formatPercent(fraction: number): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(1)} %` : '–';
}

function formatInterval({ lower, upper }: Interval): string {
  return `(95 %: ${(lower * 100).toFixed(1)}–${(upper * 100).toFixed(1)})`;
}

/** The worst mistakes: place of the image, what it is, what it was taken for, and with what probabilities. */
export function worstMistakeRows(report: EvaluationReport): Rows {
  const rows = report.worstMistakes.map(({ index, label, predicted, loss, labelProbability, confidence }) => [
    String(index),
    className(report, label),
    predicted === undefined ? 'NaN' : className(report, predicted),
    formatPercent(labelProbability),
    formatPercent(confidence),
    Number.isFinite(loss) ? loss.toFixed(2) : '–',
  ]);
  return [['image', 'actual', 'predicted', 'probability of actual', 'of predicted', 'loss'], ...rows];
}

/** The figures of the whole set. */
export function summaryRows(report: EvaluationReport): Rows {
  const rows = [
    ['figure', 'value'],
    ['images', String(report.examples)],
    ['top-1 error', `${formatPercent(report.top1Error)} ${formatInterval(report.top1Interval)}`],
    ['top-5 error', `${formatPercent(report.top5Error)} ${formatInterval(report.top5Interval)}`],
    ['loss', Number.isFinite(report.loss) ? report.loss.toFixed(4) : '–'],
    ['calibration error', formatPercent(report.calibration.expectedError)],
  ];
  return report.invalid === 0 ? rows : [...rows, ['images with NaN logits', String(report.invalid)]];
}

/** One row a class: its error and the class it is most often taken for. */
export function perClassRows(report: EvaluationReport): Rows {
  const rows = report.perClassError.map((error, index) => {
    const [other, count] = mostFrequentMistake(report.confusion[index] ?? [], index);
    return [
      className(report, index),
      formatPercent(error),
      count === 0 ? '–' : `${className(report, other)} (${count})`,
    ];
  });
  return [['class', 'error', 'most often taken for'], ...rows];
}

/** Actual classes down, predicted classes across, in images. */
export function confusionRows(report: EvaluationReport): Rows {
  const names = report.confusion.map((_, index) => className(report, index));
  return [
    ['actual \\ predicted', ...names],
    ...report.confusion.map((counts, index) => [names[index] ?? '', ...counts.map(String)]),
  ];
}

function mostFrequentMistake(counts: readonly number[], actual: number): [index: number, count: number] {
  return counts.reduce<[number, number]>(
    (best, count, index) => (index !== actual && count > best[1] ? [index, count] : best),
    [0, 0],
  );
}

function className({ classNames }: EvaluationReport, index: number): string {
  return classNames?.[index] ?? String(index);
}
