import { nativeStatus } from './native-status.js';

/** What a recipe may ask for: `bf16-mixed` multiplies bfloat16 and sums in float32. */
export type Precision = 'float32' | 'bf16-mixed';

/** The precision that kernels compute in, and why it is not the one asked for. */
export interface RunPrecision {
  readonly precision: Precision;
  /** One line for people; absent where what was asked for runs. */
  readonly reason?: string;
}

/**
 * The precision that runs when `requested` is asked for. No bfloat16 kernels are built yet, so it is always float32; the
 * reason says whether the processor would have the instructions.
 *
 * @param bfloat16 dot products of the processor; read from it by default
 * @example
 * runPrecision('bf16-mixed').precision; // 'float32'
 */
export function runPrecision(requested: Precision, bfloat16: readonly string[] = processorBfloat16()): RunPrecision {
  if (requested === 'float32') return { precision: 'float32' };
  const reason =
    bfloat16.length === 0
      ? 'this processor has no bfloat16 dot products (AVX512-BF16 or AMX)'
      : `this processor has bfloat16 dot products (${bfloat16.join(', ')}), but no bf16 kernels are built yet`;
  return { precision: 'float32', reason };
}

function processorBfloat16(): readonly string[] {
  const status = nativeStatus();
  return status.loaded ? status.bfloat16 : [];
}
