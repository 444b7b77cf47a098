/**
 * The softmax of one row of logits, in float64; NaN throughout for a row that holds NaN.
 *
 * @param logits rows of `classes` values
 * @param offset where the row begins
 *
 * @example
 * softmax([0, Math.log(3)], 0, 2); // [0.25, 0.75]
 */
export function softmax(logits: ArrayLike<number>, offset: number, classes: number): Float64Array {
  const row = Float64Array.from({ length: classes }, (_, k) => logits[offset + k] ?? Number.NaN);
  const largest = row.reduce((most, value) => Math.max(most, value), -Infinity);
  let sum = 0;
  for (let k = 0; k < classes; k += 1) sum += row[k] = Math.exp((row[k] ?? Number.NaN) - largest);
  return row.map((value) => value / sum);
}
