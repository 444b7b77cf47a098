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
 * Makes the requested backend active; `auto` takes the first that works and says in one line what it could not use.
 *
 * @throws UnsupportedError where the backend that was asked for by name cannot be used
 */
export async function selectBackend(
  { backend, threads }: BackendRequest,
  note: (line: string) => void,
): Promise<BackendName> {
  tf.enableProdMode();
  const wanted = backendNames.filter((name) => backend === 'auto' || backend === name);
  const refused: BackendProbe[] = [];
  for (const name of wanted) {
    const probe = await probeBackend(name);
    if (!probe.usable) {
      refused.push(probe);
      continue;
    }
    if (name === 'native' && threads !== undefined) {
      const { setThreads } = await import('@resnet-ts/backend-native');
      setThreads(threads);
    }
    if (refused.length > 0) note(`Running on the slower backend ${name}: ${explain(refused)}`);
    return name;
  }
  throw new UnsupportedError(explain(refused));
}

const explain = (refused: readonly BackendProbe[]): string =>
  refused.map(({ name, reason }) => `${name} cannot be used: ${String(reason)}`).join('; ');
