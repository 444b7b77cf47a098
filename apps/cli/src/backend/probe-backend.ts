import * as tf from '@tensorflow/tfjs-core';

/** The backends this program knows, fastest first; the last one always works. */
export const backendNames = ['native', 'wasm', 'cpu'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];

/** Whether a backend can be used on this machine, and why not. */
export interface BackendProbe {
  readonly name: BackendName;
  readonly usable: boolean;
  /** One sentence; with what to do about it. Absent where the backend is usable. */
  readonly reason?: string;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function load(name: BackendName): Promise<string | undefined> {
  if (name === 'native') {
    const { nativeStatus } = await import('@resnet-ts/backend-native');
    const status = nativeStatus();
    if (!status.loaded) return [status.reason, ...status.remedies].join('; ');
  }
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  return (await tf.setBackend(name)) ? undefined : `TensorFlow.js could not initialise the backend ${name}`;
}

/** Loads a backend and makes it the active one. Never throws: what went wrong is the reason in the answer. */
export async function probeBackend(name: BackendName): Promise<BackendProbe> {
  try {
    const reason = await load(name);
    return reason === undefined ? { name, usable: true } : { name, usable: false, reason };
  } catch (error) {
    return { name, usable: false, reason: message(error) };
  }
}
