/** A dense row-major array of doubles, for re-implementations that no float32 touches. */
export interface Array64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A new array whose value at each multi-index is computed. */
export function fill64(shape: readonly number[], value: (index: readonly number[]) => number): Array64 {
  const data = new Float64Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let position = 0; position < data.length; position++) {
    data[position] = value(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** The value at a multi-index; 0 outside the array, which is what zero padding means. */
export function at(array: Array64, ...index: readonly number[]): number {
  let position = 0;
  for (let axis = 0; axis < array.shape.length; axis++) {
    const coordinate = index[axis] ?? 0;
    const length = array.shape[axis] ?? 0;
    if (coordinate < 0 || coordinate >= length) return 0;
    position = position * length + coordinate;
  }
  return array.data[position] ?? 0;
}
