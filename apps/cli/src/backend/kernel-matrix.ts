import * as tf from '@tensorflow/tfjs-core';
import * as contract from '@resnet-ts/tensor-ops/kernels';

/** What runs an operation of tensor-ops on a backend: a kernel of the backend's own, or the reference of tfjs ops. */
export type KernelSource = 'kernel' | 'reference';

/** Every kernel name of the contract, sorted. */
export function contractKernels(): readonly string[] {
  return Object.values(contract).sort();
}

/**
 * Which operations a backend runs with kernels of its own. The backend must have been registered by then.
 *
 * @example
 * kernelsOf('cpu')['ResidualConvolution']; // 'reference'
 */
export function kernelsOf(backend: string): Readonly<Record<string, KernelSource>> {
  const registered = new Set(tf.getKernelsForBackend(backend).map((kernel) => kernel.kernelName));
  return Object.fromEntries(
    contractKernels().map((name) => [name, registered.has(name) ? 'kernel' : 'reference'] as const),
  );
}
