import { measurePeak, nativeStatus, runPrecision, setConvolutionAlgorithm } from '@resnet-ts/backend-native';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName, ContenderSettings } from '../settings.js';
import type { Introduction } from './serve.js';
import { importPeer } from '../contenders/peer-packages.js';

/**
 * Makes a TensorFlow.js backend the active one.
 *
 * @returns what it says of itself, for the record
 */
export async function useBackend(name: BackendName): Promise<string> {
  tf.enableProdMode();
  if (name === 'native') {
    const status = nativeStatus();
    if (!status.loaded) throw new Error(`the native backend is not usable: ${status.failure.reason}`);
    await tf.setBackend(name);
    return `native backend, ${status.instructionSet}, ${status.threads} threads`;
  }
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (name === 'tensorflow') await importPeer('@tensorflow/tfjs-node');
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend could not be initialised`);
  return `TensorFlow.js ${tf.version_core}, ${name} backend`;
}

/** Makes the backend of a contender active, with its arithmetic. */
export async function useArithmetic({ backend, precision, convolution }: Arithmetic): Promise<Introduction> {
  const ready = await useBackend(backend);
  if (backend !== 'native') return { ready };
  setConvolutionAlgorithm(convolution);
  const { precision: running, reason } = runPrecision(precision);
  return reason === undefined ? { ready } : { ready, note: `computes in ${running}: ${reason}` };
}

type Arithmetic = Pick<ContenderSettings, 'precision' | 'convolution'> & { readonly backend: BackendName };

/** The processor's measured multiply-add rate, 10⁹ operations a second: on one thread, and on those of this process. */
export function peak(): { readonly oneThread: number; readonly allThreads: number } {
  // The best of a few: a turbo clock takes a moment to rise.
  const runs = Array.from({ length: 3 }, () => measurePeak());
  return {
    oneThread: Math.max(...runs.map(({ oneThread }) => oneThread)),
    allThreads: Math.max(...runs.map(({ allThreads }) => allThreads)),
  };
}
