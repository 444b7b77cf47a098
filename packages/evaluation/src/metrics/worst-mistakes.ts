/** An image that was classified wrongly. */
export interface Mistake {
  /** Place of the image in the order of evaluation, from 0. */
  readonly index: number;
  readonly label: number;
  /** Undefined where the logits held NaN. */
  readonly predicted: number | undefined;
  /** Cross-entropy; NaN where the logits held NaN. */
  readonly loss: number;
  /** What the softmax gave the label, and what it gave the predicted class. */
  readonly labelProbability: number;
  readonly confidence: number;
}

/**
 * Keeps the mistakes with the highest loss, worst first; NaN is worse than any number, and of equals the earlier image
 * comes first.
 *
 * @example
 * const worst = new WorstMistakes(25);
 * worst.add({ index: 0, label: 3, predicted: 5, loss: 4.6, labelProbability: 0.01, confidence: 0.9 });
 * worst.list()[0]?.predicted; // 5
 */
export class WorstMistakes {
  readonly #limit: number;
  readonly #mistakes: Mistake[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(mistake: Mistake): void {
    const place = this.#mistakes.findIndex((kept) => severity(kept) < severity(mistake));
    if (place === -1) this.#mistakes.push(mistake);
    else this.#mistakes.splice(place, 0, mistake);
    if (this.#mistakes.length > this.#limit) this.#mistakes.pop();
  }

  list(): Mistake[] {
    return [...this.#mistakes];
  }
}

function severity({ loss }: Mistake): number {
  return Number.isNaN(loss) ? Infinity : loss;
}
