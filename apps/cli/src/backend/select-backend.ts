import * as tf from '@tensorflow/tfjs-core';
import { UnsupportedError } from '@resnet-ts/tensor-ops';
import { backendNames, probeBackend, type BackendName, type BackendProbe } from './probe-backend.js';

/** What `--backend` and `--threads` ask for. */
export interface BackendRequest {
  /** `auto`, or one of the names. */
  readonly backend: string;
  /** Threads of the native backend; its own default when absent. */
  readonly threads?: number;
}

/**
 * Makes the requested backend active. `auto` takes the first that works and says in one line what it could not use.
 * Measured on two cores at rest, images a second of training ResNet-20 at batch 128: 940 on native, 179 on wasm (Node 20,
 * one thread, without relaxed SIMD); cpu, whose images take seconds, is there for what nothing else can run.
 *
 * @throws UnsupportedError where the backend that was asked for by name cannot be used
 */
export async function selectBackend(
  { backend, threads }: BackendRequest,
  note: (line: string) => void,
): Promise<BackendName> {
  tf.enableProdMode();
  const refused: string[] = [];
  for (const name of backendNames.filter((candidate) => backend === 'auto' || backend === candidate)) {
    const probe = await probeBackend(name);
    if (!probe.usable) {
      refused.push(explainRefusal(probe));
      continue;
    }
    if (name === 'native' && threads !== undefined) {
      const { setThreads } = await import('@resnet-ts/backend-native');
      setThreads(threads);
    }
    if (refused.length > 0) note(`Falling back to the slower backend ${name}: ${refused.join('; ')}`);
    return name;
  }
  throw new UnsupportedError(refused.join('; '));
}

/** One line: what cannot be used, why, and what to do. */
export function explainRefusal({ name, reason, remedies }: Extract<BackendProbe, { usable: false }>): string {
  return `${name} cannot be used, ${reason} (${remedies.join('; ')})`;
}
