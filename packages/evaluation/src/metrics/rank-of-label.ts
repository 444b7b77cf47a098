/**
 * How many classes are not ranked below the label, the label itself included: 1 for a correct prediction. Ties count
 * against the network (a constant output is not a correct one), and a row that holds NaN ranks nothing: Infinity.
 *
 * @param logits rows of `classes` values
 * @param offset where the row begins
 *
 * @example
 * rankOfLabel([0.1, 0.7, 0.2], 0, 3, 2); // 2
 */
export function rankOfLabel(logits: ArrayLike<number>, offset: number, classes: number, label: number): number {
  const own = logits[offset + label] ?? Number.NaN;
  let rank = 0;
  for (let k = 0; k < classes; k += 1) {
    const value = logits[offset + k] ?? Number.NaN;
    if (Number.isNaN(value)) return Infinity;
    if (value >= own) rank += 1;
  }
  return rank;
}
