/**
 * −log softmax of the label's logit, in float64 whatever the logits are kept in; NaN for a row that holds NaN.
 *
 * @param logits rows of `classes` values
 * @param offset where the row begins
 *
 * @example
 * crossEntropy([0, 0], 0, 2, 1); // log 2
 */
export function crossEntropy(logits: ArrayLike<number>, offset: number, classes: number, label: number): number {
  let largest = -Infinity;
  for (let k = 0; k < classes; k += 1) largest = Math.max(largest, logits[offset + k] ?? Number.NaN);
  let sum = 0;
  for (let k = 0; k < classes; k += 1) sum += Math.exp((logits[offset + k] ?? Number.NaN) - largest);
  return Math.log(sum) + largest - (logits[offset + label] ?? Number.NaN);
}
