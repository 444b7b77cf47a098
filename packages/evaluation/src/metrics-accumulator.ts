import { crossEntropy } from './cross-entropy.js';
import type { EvaluationReport } from './evaluation-report.js';
import { predictedClass } from './predicted-class.js';
import { rankOfLabel } from './rank-of-label.js';

const TOP = 5;

/** Adds up the figures of an evaluation, batch by batch, on the host. */
export class MetricsAccumulator {
  readonly #classes: number;
  readonly #confusion: number[][];
  readonly #images: number[];
  readonly #mistakes: number[];
  #examples = 0;
  #loss = 0;
  #top5Mistakes = 0;
  #invalid = 0;

  constructor(classes: number) {
    this.#classes = classes;
    this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    this.#images = new Array<number>(classes).fill(0);
    this.#mistakes = new Array<number>(classes).fill(0);
  }

  get examples(): number {
    return this.#examples;
  }

  get mistakes(): number {
    return this.#mistakes.reduce((sum, count) => sum + count, 0);
  }

  /**
   * @param logits `[N, classes]`, row-major
   * @param labels `[N]`, each from 0 to classes − 1
   */
  add(logits: ArrayLike<number>, labels: ArrayLike<number>): void {
    const classes = this.#classes;
    for (let row = 0; row < labels.length; row += 1) {
      const label = labels[row] ?? 0;
      const offset = row * classes;
      const rank = rankOfLabel(logits, offset, classes, label);
      const predicted = predictedClass(logits, offset, classes, label);
      this.#examples += 1;
      this.#loss += crossEntropy(logits, offset, classes, label);
      increment(this.#images, label);
      if (rank > 1) increment(this.#mistakes, label);
      if (rank > TOP) this.#top5Mistakes += 1;
      if (predicted === undefined) this.#invalid += 1;
      else increment(this.#confusion[label] ?? [], predicted);
    }
  }

  report(): EvaluationReport {
    const examples = this.#examples;
    return {
      examples,
      loss: this.#loss / examples,
      top1Error: this.mistakes / examples,
      top5Error: this.#top5Mistakes / examples,
      confusion: this.#confusion.map((row) => [...row]),
      perClassError: this.#mistakes.map((mistakes, index) => mistakes / (this.#images[index] ?? 0)),
      invalid: this.#invalid,
    };
  }
}

function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
