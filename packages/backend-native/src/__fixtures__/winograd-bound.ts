/**
 * How large the rounding error of a 3×3 convolution may be, relative to the root mean square of its values, for inputs
 * that are independent with zero mean.
 *
 * Model: each float32 operation adds an independent error, uniform within half a unit in the last place, so that its
 * variance is at most u²/3 of its result's square, u = 2⁻²⁴. A sum of n terms made one after the other then has a
 * relative error variance of Σᵢ i/n · u²/3 ≈ n/2 · u²/3, which is all there is to the direct algorithm.
 *
 * Winograd sums n products of transformed values at each of 6 × 6 positions and combines those. With independent inputs
 * the values at position (i, j) have variance vᵢ·vⱼ, v the product of the squared norms of the two rows that transform
 * the operands, and output (p, q) weights them by (O_pi·O_qj)², O the output transform. Errors grow by the weighted sum
 * of variances over the true variance, κ_pq = s_p·s_q / t with s_p = Σᵢ O_pi²·vᵢ and t the products of one tile in one
 * output: 9 forward, 16 in the filter gradient. F(4×4, 3×3): the mean of κ is about 116 for both, κ_max 989 and 585.
 *
 * The transforms round too. In one dimension a row of Bᵀ costs at most 2.3 errors of the variance of its result, of G
 * 3.8 (the constants 1/6, 1/12, 1/24 are inexact as well), of Aᵀ and A 4; each is applied twice, which makes
 * 2·(2.3 + 3.8 + 4) ≈ 21 in all, also for the filter gradient, where A takes the place of G and Gᵀ that of Aᵀ.
 */
const UNIT = 2 ** -24;
const TRANSFORM_ERRORS = 21;

/**
 * Standard deviations of the largest error. A sum that wanders far on its way has larger roundings, so errors are no
 * normal distribution: given the path W they are, with variance ∫W², whose own tail is e^(−π²x/8); the two together give
 * k deviations a probability of e^(−1.1·k), 2·10⁻⁸ here.
 */
const SPREAD = 16;

/** The transforms of F(4×4, 3×3) with the points 0, ±1, ±2, ∞ (Lavin & Gray 2016), rows as in winograd_transform.h. */
const B = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];
const G = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
];
const A = [
  [1, 0, 0, 0],
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 2, 4, 8],
  [1, -2, 4, -8],
  [0, 0, 0, 1],
];

const squaredNorm = (row: readonly number[] | undefined): number =>
  (row ?? []).reduce((sum, entry) => sum + entry ** 2, 0);

/** Mean and maximum of κ. `operand` transforms what is multiplied with the patch, the transpose of `output` the result. */
function growth(operand: readonly number[][], output: readonly number[][], products: number): [number, number] {
  const variances = B.map((row, i) => squaredNorm(row) * squaredNorm(operand[i]));
  const sums = (output[0] ?? []).map((_, p) =>
    variances.reduce((sum, v, i) => sum + (output[i]?.[p] ?? NaN) ** 2 * v, 0),
  );
  const mean = sums.reduce((sum, s) => sum + s, 0) / sums.length;
  return [mean ** 2 / products, Math.max(...sums) ** 2 / products];
}

/** A bound on the root mean square of the errors and on the largest one, relative to the values' root mean square. */
export interface ErrorBound {
  readonly rms: number;
  readonly maximum: number;
}

/** The bound of a plain sum of `terms` products. */
export function directBound(terms: number): ErrorBound {
  const rms = UNIT * Math.sqrt((terms / 2 + 1) / 3);
  return { rms, maximum: SPREAD * rms };
}

/** The bound of Winograd F(4×4, 3×3) over `terms` products at each position: channels, or tiles in a filter gradient. */
export function winogradBound(part: 'output' | 'filter gradient', terms: number): ErrorBound {
  const [mean, maximum] = part === 'output' ? growth(G, A, 9) : growth(A, G, 16);
  const variance = (UNIT ** 2 * (terms / 2 + TRANSFORM_ERRORS)) / 3;
  return { rms: Math.sqrt(mean * variance), maximum: SPREAD * Math.sqrt(maximum * variance) };
}
