import '@tensorflow/tfjs-backend-cpu';
import { formatLoadFailure, registerNativeBackend } from '@resnet-ts/backend-native';
import * as tf from '@tensorflow/tfjs-core';

/** A backend that parity is measured on. */
export interface ParityBackend {
  readonly name: 'cpu' | 'native';
  /** It must run its own kernel for every operation; the reference instead is a failure. */
  readonly ownKernels: boolean;
}

/**
 * The stock `cpu` backend, which runs the references, and `native`. Where the native backend cannot load (no compiler),
 * the tests run on `cpu` alone and one line says so.
 */
export function parityBackends(): ParityBackend[] {
  const backends: ParityBackend[] = [{ name: 'cpu', ownKernels: false }];
  const status = registerNativeBackend();
  if (status.loaded) backends.push({ name: 'native', ownKernels: true });
  else console.warn(`parity is not measured on the native backend: ${formatLoadFailure(status.failure)}`);
  return backends;
}

/** Makes a backend the active one. */
export async function activate({ name }: ParityBackend): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`expected the backend ${name} to start; tf.setBackend refused it`);
}
