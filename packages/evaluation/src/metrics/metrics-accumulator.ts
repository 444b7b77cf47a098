import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { CalibrationAccumulator } from './calibration.js';
import { crossEntropy } from './cross-entropy.js';
import type { EvaluationReport } from './evaluation-report.js';
import { predictedClass } from './predicted-class.js';
import { rankOfLabel } from './rank-of-label.js';
import { softmax } from './softmax.js';
import { wilsonInterval } from './wilson-interval.js';
import { WorstMistakes } from './worst-mistakes.js';

const TOP = 5;

export interface MetricsOptions {
  /** Bins of the reliability diagram. Default 15. */
  readonly calibrationBins?: number | undefined;
  /** How many of the worst mistakes are kept. Default 25. */
  readonly worstMistakes?: number | undefined;
}

/** Adds up the figures of an evaluation, batch by batch, on the host. */
export class MetricsAccumulator {
  readonly #classes: number;
  readonly #confusion: number[][];
  readonly #images: number[];
  readonly #mistakes: number[];
  readonly #calibration: CalibrationAccumulator;
  readonly #worst: WorstMistakes;
  #examples = 0;
  #loss = 0;
  #top5Mistakes = 0;
  #invalid = 0;

  /** @throws ArgumentError for options that are not counts */
  constructor(classes: number, { calibrationBins = 15, worstMistakes = 25 }: MetricsOptions = {}) {
    assertCount('calibrationBins', calibrationBins, 1);
    assertCount('worstMistakes', worstMistakes, 0);
    this.#classes = classes;
    this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    this.#images = new Array<number>(classes).fill(0);
    this.#mistakes = new Array<number>(classes).fill(0);
    this.#calibration = new CalibrationAccumulator(calibrationBins);
    this.#worst = new WorstMistakes(worstMistakes);
  }

  get examples(): number {
    return this.#examples;
  }

  get mistakes(): number {
    return this.#mistakes.reduce((sum, count) => sum + count, 0);
  }

  /**
   * @param logits `[N, classes]`, row-major; logarithms of probabilities are logits, too
   * @param labels `[N]`, each from 0 to classes − 1
   * @param indices `[N]`, numbers of the images for the list of mistakes. Default: counted from the first one added
   */
  add(logits: ArrayLike<number>, labels: ArrayLike<number>, indices?: ArrayLike<number>): void {
    const classes = this.#classes;
    for (let row = 0; row < labels.length; row += 1) {
      const index = indices?.[row] ?? this.#examples;
      this.#addRow(logits, row * classes, { label: labels[row] ?? 0, index });
    }
  }

  #addRow(logits: ArrayLike<number>, offset: number, { label, index }: { label: number; index: number }): void {
    const classes = this.#classes;
    const rank = rankOfLabel(logits, offset, classes, label);
    const predicted = predictedClass(logits, offset, classes, label);
    const probabilities = softmax(logits, offset, classes);
    const loss = crossEntropy(logits, offset, classes, label);
    const confidence = predicted === undefined ? Number.NaN : (probabilities[predicted] ?? Number.NaN);
    if (rank > 1) {
      const labelProbability = probabilities[label] ?? Number.NaN;
      this.#worst.add({ index, label, predicted, loss, labelProbability, confidence });
      increment(this.#mistakes, label);
    }
    this.#examples += 1;
    this.#loss += loss;
    increment(this.#images, label);
    if (rank > TOP) this.#top5Mistakes += 1;
    if (predicted === undefined) {
      this.#invalid += 1;
    } else {
      increment(this.#confusion[label] ?? [], predicted);
      this.#calibration.add(confidence, rank === 1);
    }
  }

  report(): EvaluationReport {
    const examples = this.#examples;
    return {
      examples,
      loss: this.#loss / examples,
      top1Error: this.mistakes / examples,
      top5Error: this.#top5Mistakes / examples,
      top1Interval: wilsonInterval(this.mistakes, examples),
      top5Interval: wilsonInterval(this.#top5Mistakes, examples),
      confusion: this.#confusion.map((row) => [...row]),
      perClassError: this.#mistakes.map((mistakes, index) => mistakes / (this.#images[index] ?? 0)),
      invalid: this.#invalid,
      calibration: this.#calibration.calibration(),
      worstMistakes: this.#worst.list(),
    };
  }
}

function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

function assertCount(parameter: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new ArgumentError(expected(`an integer >= ${least}`, parameter, value));
  }
}
