import { checkConvolutionAlgorithm } from '@resnet-ts/backend-core';
import type { ConvolutionAlgorithm } from '@resnet-ts/backend-core';
import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { availableParallelism } from 'node:os';
import type { InstructionSet } from './addon.js';

/** More threads than this only add waiting: the largest servers have fewer cores. */
const MAXIMUM_THREADS = 1024;

/**
 * Checks a number of threads.
 *
 * @throws ArgumentError unless it is an integer from 1 to 1,024
 */
export function checkThreads(threads: unknown, parameter: string): number {
  if (typeof threads === 'number' && Number.isInteger(threads) && threads >= 1 && threads <= MAXIMUM_THREADS)
    return threads;
  throw new ArgumentError(
    expected(`an integer from 1 to ${MAXIMUM_THREADS}`, parameter, threads, 'leave it out to use every core'),
  );
}

/** Threads of a new pool: RESNET_THREADS, or every core. */
export function threadsFromEnvironment(environment: NodeJS.ProcessEnv): number {
  const text = environment['RESNET_THREADS'];
  if (text === undefined || text === '') return availableParallelism();
  return checkThreads(/^\d+$/.test(text) ? Number(text) : text, 'RESNET_THREADS');
}

/**
 * The instruction set that RESNET_ISA asks for, or undefined for the fastest.
 *
 * @throws ArgumentError when it is unknown or this processor cannot run it
 */
export function instructionSetFromEnvironment(
  environment: NodeJS.ProcessEnv,
  sets: readonly InstructionSet[],
): string | undefined {
  const name = environment['RESNET_ISA'];
  if (name === undefined || name === '') return undefined;
  const usable = sets.filter((set) => set.supported).map((set) => set.name);
  if (usable.includes(name)) return name;
  const known = sets.some((set) => set.name === name);
  const what = known ? 'an instruction set this processor has' : 'an instruction set of this build';
  throw new ArgumentError(expected(what, 'RESNET_ISA', name, `use one of ${usable.join(', ')}, or leave it out`));
}

/** The algorithm that RESNET_CONVOLUTION asks for, or `fast`. */
export function convolutionFromEnvironment(environment: NodeJS.ProcessEnv): ConvolutionAlgorithm {
  const text = environment['RESNET_CONVOLUTION'];
  return text === undefined || text === '' ? 'fast' : checkConvolutionAlgorithm(text, 'RESNET_CONVOLUTION');
}
