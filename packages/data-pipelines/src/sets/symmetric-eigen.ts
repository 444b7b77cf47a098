/** More sweeps than a matrix of 27 rows takes: each squares the error, and 10 are enough in practice. */
const SWEEPS = 30;

/**
 * Eigenvalues of a symmetric matrix, largest first, and unit eigenvectors in the same order, each with its largest entry
 * above 0, so that the result is one of the many. Jacobi's method.
 *
 * @param matrix `[n][n]`
 * @returns values `[n]`, vectors `[n][n]`, one a row
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
} {
  const n = matrix.length;
  const a = Float64Array.from(matrix.flat());
  const v = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, n, p, q);
  }
  const value = (k: number): number => a[(n + 1) * k] ?? 0;
  const order = Array.from({ length: n }, (_, k) => k).sort((first, second) => value(second) - value(first));
  const vectors = order.map((k) => {
    const column = Array.from({ length: n }, (_, row) => v[n * row + k] ?? 0);
    const most = column.reduce((largest, entry) => (Math.abs(entry) > Math.abs(largest) ? entry : largest), 0);
    return most < 0 ? column.map((entry) => -entry) : column;
  });
  return { values: order.map(value), vectors };
}

/** Makes a[p][q] zero by a rotation of axes p and q. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[n * p + q] ?? 0;
  if (off === 0) return;
  const angle = Math.atan2(2 * off, (a[(n + 1) * q] ?? 0) - (a[(n + 1) * p] ?? 0)) / 2;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const turn = (array: Float64Array, first: number, second: number): void => {
    const [x, y] = [array[first] ?? 0, array[second] ?? 0];
    array[first] = cosine * x - sine * y;
    array[second] = sine * x + cosine * y;
  };
  for (let k = 0; k < n; k += 1) turn(a, n * k + p, n * k + q);
  for (let k = 0; k < n; k += 1) turn(a, n * p + k, n * q + k);
  for (let k = 0; k < n; k += 1) turn(v, n * k + p, n * k + q);
}
