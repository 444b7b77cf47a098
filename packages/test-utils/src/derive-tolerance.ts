/** Distance from 1 to the next float32. */
const FLOAT32_EPSILON = 2 ** -23;

/**
 * Largest normalised error (|actual − expected| / max|expected|) to accept after float32 sums of this many terms.
 * Rounding errors of independent terms grow like √n (the bound, n·ε, is far from reached); the factor 4 covers the
 * spread over thousands of outputs, the constant the roundings that are no sum: scale, shift, square root, quotient.
 *
 * @param reductionLength terms of the longest sum behind one value, such as kH·kW·Cin, or N·H·W for batch statistics
 * @example
 * deriveTolerance(9 * 64); // 1.4e-5
 */
export function deriveTolerance(reductionLength: number): number {
  if (!(reductionLength >= 1))
    throw new Error(`expected a number >= 1 for reductionLength, received ${reductionLength}`);
  return FLOAT32_EPSILON * (16 + 4 * Math.sqrt(reductionLength));
}
