/**
 * The class that a row of logits predicts, or undefined for a row that holds NaN. Of classes that tie for the largest
 * logit the lowest wrong one counts, so that a prediction equals the label exactly when its rank is 1.
 */
export function predictedClass(
  logits: ArrayLike<number>,
  offset: number,
  classes: number,
  label: number,
): number | undefined {
  let best = -1;
  let largest = -Infinity;
  for (let k = 0; k < classes; k += 1) {
    const value = logits[offset + k] ?? Number.NaN;
    if (Number.isNaN(value)) return undefined;
    if (value > largest || best === -1 || (value === largest && best === label)) {
      largest = value;
      best = k;
    }
  }
  return best;
}
