import * as tf from '@tensorflow/tfjs-core';
import { UnsupportedError } from '@resnet-ts/tensor-ops';

/** The backends this program knows, fastest first; the last one always works. */
export const backendNames = ['native', 'wasm', 'cpu'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];

/** Whether a backend can be used on this machine, and if not, why and what to do. */
export type BackendProbe =
  | { readonly name: BackendName; readonly usable: true }
  | {
      readonly name: BackendName;
      readonly usable: false;
      /** One sentence. */
      readonly reason: string;
      /** The likeliest first. */
      readonly remedies: readonly string[];
    };

type Refusal = Omit<Extract<BackendProbe, { usable: false }>, 'name' | 'usable'>;

/** What TensorFlow.js calls a backend: `wasm` there is the stock one, which has no gradient of a convolution. */
export function registeredName(name: BackendName): string {
  return name === 'wasm' ? 'resnet-wasm' : name;
}

/** Registers a backend with TensorFlow.js by importing it; what is returned is why it cannot be. */
async function register(name: BackendName): Promise<Refusal | undefined> {
  if (name === 'wasm') await import('@resnet-ts/backend-wasm');
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  if (name === 'native') {
    const { loadNative, nativeStatus } = await import('@resnet-ts/backend-native');
    const status = nativeStatus();
    if (status.loaded) return undefined;
    // RESNET_THREADS, RESNET_ISA or RESNET_CONVOLUTION asks for something impossible: that is to be corrected, not worked around.
    if (status.failure.kind === 'refused') loadNative();
    return { reason: status.failure.reason, remedies: status.failure.remedies };
  }
  return undefined;
}

/**
 * Loads a backend and makes it the active one.
 *
 * @throws ArgumentError when an environment variable of the backend holds something impossible; every other failure is
 *   in the answer
 */
export async function probeBackend(name: BackendName): Promise<BackendProbe> {
  const refusal = await register(name);
  if (refusal !== undefined) return { name, usable: false, ...refusal };
  try {
    if (await tf.setBackend(registeredName(name))) return { name, usable: true };
    throw new UnsupportedError('TensorFlow.js could not initialise it');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, usable: false, reason, remedies: ['use another backend'] };
  }
}
