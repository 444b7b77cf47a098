import type { GoldenTensor } from './golden-types.js';
import { samplePositions, sizeOf } from './generated-values.js';

/** Ours may be this many times as wrong as float32 PyTorch, whose own error is one draw of the same lottery. */
export const ERROR_MULTIPLE = 4;

/** Half a unit in the last place of 1 in float32. */
const UNIT_ROUNDOFF = 2 ** -24;

/**
 * Winograd's F(4×4, 3×3) replaces multiplications by transforms with factors up to 8 that cancel afterwards, so its
 * rounding errors are larger than a direct sum's: 4 to 8 times in practice (Barabasz et al., "Error Analysis and
 * Improving the Accuracy of Winograd Convolution for Deep Neural Networks", 2020).
 */
export const WINOGRAD_ERROR_GROWTH = 4;

/** How far a tensor is from its golden, in units of the golden's rms. A type and not an interface, so that tf.tidy takes it. */
export type Deviation = {
  readonly name: string;
  readonly error: number;
  readonly tolerance: number;
  /** Float32 PyTorch's own. */
  readonly float32Error: number;
};

/**
 * Rounding bound of one operation: `terms` rounding errors of either sign grow like their root; the four more are the
 * arithmetic around the sum.
 */
export function roundingBound(terms: number): number {
  return UNIT_ROUNDOFF * (4 + Math.sqrt(terms));
}

/**
 * Compares one tensor with its golden: stored elements, rms and mean of all elements.
 *
 * @param name the golden's name, which also seeds the sampled positions
 * @param floor smallest error worth a tolerance, in units of rms; default the rounding bound of the golden's reduction
 * @throws Error when shapes differ
 */
export function compareGolden(
  name: string,
  actual: { readonly shape: readonly number[]; readonly values: ArrayLike<number> },
  golden: GoldenTensor,
  floor = roundingBound(golden.reduction),
): Deviation {
  if (actual.shape.join() !== golden.shape.join()) {
    throw new Error(`expected shape [${golden.shape.join(', ')}] for ${name}, received [${actual.shape.join(', ')}]`);
  }
  const { values } = actual;
  const count = sizeOf(golden.shape);
  let squares = 0;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? NaN;
    squares += value * value;
    sum += value;
  }
  const errors = [Math.sqrt(squares / count) - golden.rms, (sum - golden.sum) / count];
  golden.values?.forEach((value, index) => errors.push((values[index] ?? NaN) - value));
  const samples = golden.samples ?? [];
  const positions = samplePositions(name, count, samples.length);
  samples.forEach((value, index) => errors.push((values[positions[index] ?? 0] ?? NaN) - value));

  return {
    name,
    // Math.max gives NaN if any element is: a NaN in our tensor is in its sum, and never within a tolerance.
    error: Math.max(...errors.map(Math.abs)) / golden.rms,
    tolerance: ERROR_MULTIPLE * Math.max(golden.float32Error, floor),
    float32Error: golden.float32Error,
  };
}
