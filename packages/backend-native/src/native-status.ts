import type { ConvolutionAlgorithm } from '@resnet-ts/backend-core';
import type { InstructionSet } from './addon.js';
import type { LoadFailure } from './explain-load-failure.js';
import { loadResult } from './load-addon.js';

/** Whether the native backend is there, and how it runs. */
export type NativeStatus =
  | {
      readonly loaded: true;
      /** The addon's file. */
      readonly path: string;
      /** The instruction set in use. */
      readonly instructionSet: string;
      /** All sets of this build, the fastest first, and whether this processor can run them. */
      readonly instructionSets: readonly InstructionSet[];
      readonly convolution: ConvolutionAlgorithm;
      /** The bfloat16 dot products of this processor, `avx512_bf16` and `amx_bf16`; no kernel uses them yet. */
      readonly bfloat16: readonly string[];
      readonly threads: number;
    }
  | { readonly loaded: false; readonly failure: LoadFailure };

/**
 * Reports on the native backend; never throws.
 *
 * @example
 * const status = nativeStatus();
 * console.log(status.loaded ? status.instructionSet : status.failure.reason);
 */
export function nativeStatus(): NativeStatus {
  const result = loadResult();
  if (result.addon === undefined) return { loaded: false, failure: result.failure };
  const { addon, path } = result;
  return {
    loaded: true,
    path,
    instructionSet: addon.instructionSet(),
    instructionSets: addon.instructionSets(),
    convolution: addon.directConvolution() ? 'direct' : 'fast',
    bfloat16: addon.bfloat16(),
    threads: addon.threads(),
  };
}
