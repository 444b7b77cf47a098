/** Predictions whose confidence lies in (from, to]. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly examples: number;
  /** Mean confidence, and share of correct predictions; NaN for an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** Whether a network is as often right as it is confident. */
export interface Calibration {
  /** Of equal width over 0–1. */
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: the mean over all predictions of |accuracy − confidence| of their bin. */
  readonly expectedError: number;
  /** The largest |accuracy − confidence| of a bin. */
  readonly maximumError: number;
}

/**
 * Adds up a reliability diagram: predictions by confidence, the largest softmax probability (Guo et al. 2017, "On
 * calibration of modern neural networks", equations 1–3; they take 15 bins).
 *
 * @example
 * const diagram = new CalibrationAccumulator(15);
 * diagram.add(0.9, true);
 * diagram.calibration().expectedError; // 0.1
 */
export class CalibrationAccumulator {
  readonly #examples: number[];
  readonly #confidence: number[];
  readonly #correct: number[];

  /** @param bins at least 1 */
  constructor(bins: number) {
    this.#examples = new Array<number>(bins).fill(0);
    this.#confidence = new Array<number>(bins).fill(0);
    this.#correct = new Array<number>(bins).fill(0);
  }

  /** @param confidence from 0 to 1 */
  add(confidence: number, correct: boolean): void {
    const bins = this.#examples.length;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    this.#examples[bin] = (this.#examples[bin] ?? 0) + 1;
    this.#confidence[bin] = (this.#confidence[bin] ?? 0) + confidence;
    if (correct) this.#correct[bin] = (this.#correct[bin] ?? 0) + 1;
  }

  calibration(): Calibration {
    const count = this.#examples.length;
    const bins = this.#examples.map((examples, bin) => ({
      from: bin / count,
      to: (bin + 1) / count,
      examples,
      confidence: (this.#confidence[bin] ?? 0) / examples,
      accuracy: (this.#correct[bin] ?? 0) / examples,
    }));
    const filled = bins.filter(({ examples }) => examples > 0);
    const total = filled.reduce((sum, { examples }) => sum + examples, 0);
    const gap = ({ accuracy, confidence }: CalibrationBin): number => Math.abs(accuracy - confidence);
    const expectedError = filled.reduce((sum, bin) => sum + bin.examples * gap(bin), 0) / total;
    return { bins, expectedError, maximumError: total === 0 ? Number.NaN : Math.max(...filled.map(gap)) };
  }
}
