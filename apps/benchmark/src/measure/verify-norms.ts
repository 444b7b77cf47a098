import { BenchmarkError, exitCodes } from '../exit-codes.js';

/**
 * Of each length, relative. Winograd's rounding moves one in 1e-5 and a ReLU at zero a little more; bfloat16 rounds its
 * inputs to 2⁻⁹.
 */
export const KERNEL_TOLERANCES = { float32: 1e-3, bfloat16: 0.03 } as const;

export interface Norms {
  readonly subject: string;
  /** Lengths of our outputs. */
  readonly ours: readonly number[];
  /** Lengths of a peer's, in the same order. */
  readonly theirs: readonly number[];
  readonly name: string;
  readonly tolerance: number;
}

/** Gradients this small next to the largest are sums that cancel, of which rounding is a large part. */
const NEGLIGIBLE = 1e-4;

/** @throws BenchmarkError (exit status 5) when a peer's kernel does not compute what ours does */
export function requireSameNorms({ subject, ours, theirs, name, tolerance }: Norms): void {
  const floor = NEGLIGIBLE * Math.max(...ours);
  const same =
    ours.length === theirs.length &&
    ours.every((length, index) => {
      const difference = Math.abs(length - (theirs[index] ?? Number.NaN));
      return difference <= tolerance * Math.max(length, floor);
    });
  if (same) return;
  const lengths = `lengths ${ours.join(', ')} here and ${theirs.join(', ')} in ${name}`;
  throw new BenchmarkError(exitCodes.notTheSame, `${subject} has outputs of ${lengths}: it was not timed`);
}
