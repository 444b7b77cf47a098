import type { BackendName } from './probe-backend.js';

/** What a run folder records about the backend, beside its name. */
export async function describeBackend(name: BackendName): Promise<Readonly<Record<string, unknown>>> {
  if (name === 'wasm') {
    const { bestVariant } = await import('@resnet-ts/backend-wasm');
    return { instructionSet: bestVariant(), threads: 1 };
  }
  if (name === 'cpu') return {};
  const { nativeStatus } = await import('@resnet-ts/backend-native');
  const status = nativeStatus();
  return status.loaded ? { instructionSet: status.instructionSet, threads: status.threads } : {};
}
