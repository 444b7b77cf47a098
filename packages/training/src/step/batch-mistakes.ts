/**
 * Wrong predictions in a batch, counted on the host. A prediction is right only when the logit of the label is
 * strictly the largest: a tie is a mistake, and so is NaN.
 *
 * @param logits `[N, classes]`, row-major
 * @param labels `[N]`
 */
export function batchMistakes(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let mistakes = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const offset = row * classes;
    const label = labels[row] ?? -1;
    const own = logits[offset + label] ?? Number.NaN;
    for (let k = 0; k < classes; k += 1) {
      if (k !== label && !((logits[offset + k] ?? Number.NaN) < own)) {
        mistakes += 1;
        break;
      }
    }
  }
  return mistakes;
}
