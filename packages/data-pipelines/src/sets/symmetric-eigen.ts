type Row = readonly [number, number, number];

/** More sweeps than any 3 × 3 matrix takes: each squares the error, and 5 are enough in practice. */
const SWEEPS = 30;

/**
 * Eigenvalues of a symmetric 3 × 3 matrix, largest first, and unit eigenvectors as columns, each with its largest entry
 * above 0, so that the result is one of the many. Jacobi's method.
 */
export function symmetricEigen(matrix: readonly Row[]): {
  readonly values: Row;
  readonly vectors: readonly [Row, Row, Row];
} {
  const a = Float64Array.from(matrix.flat());
  const v = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      rotate(a, v, p, q);
    }
  }
  const at = (array: Float64Array, row: number, column: number): number => array[3 * row + column] ?? 0;
  const order = [0, 1, 2].sort((first, second) => at(a, second, second) - at(a, first, first));
  const sign = (k: number): number => {
    const column = [at(v, 0, k), at(v, 1, k), at(v, 2, k)];
    return column.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0) < 0 ? -1 : 1;
  };
  const row = (entry: (k: number) => number): Row => [entry(order[0] ?? 0), entry(order[1] ?? 1), entry(order[2] ?? 2)];
  const vectorRow = (colour: number): Row => row((k) => sign(k) * at(v, colour, k));
  return { values: row((k) => at(a, k, k)), vectors: [vectorRow(0), vectorRow(1), vectorRow(2)] };
}

/** Makes a[p][q] zero by a rotation of axes p and q. */
function rotate(a: Float64Array, v: Float64Array, p: number, q: number): void {
  const off = a[3 * p + q] ?? 0;
  if (off === 0) return;
  const angle = Math.atan2(2 * off, (a[4 * q] ?? 0) - (a[4 * p] ?? 0)) / 2;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const turn = (array: Float64Array, first: number, second: number): void => {
    const [x, y] = [array[first] ?? 0, array[second] ?? 0];
    array[first] = cosine * x - sine * y;
    array[second] = sine * x + cosine * y;
  };
  for (let k = 0; k < 3; k += 1) turn(a, 3 * k + p, 3 * k + q);
  for (let k = 0; k < 3; k += 1) turn(a, 3 * p + k, 3 * q + k);
  for (let k = 0; k < 3; k += 1) turn(v, 3 * k + p, 3 * k + q);
}
