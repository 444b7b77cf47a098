import type { BackendName } from './probe-backend.js';

/** What a run folder records about the backend, beside its name. */
export async function describeBackend(name: BackendName): Promise<Readonly<Record<string, unknown>>> {
  if (name !== 'native') return {};
  const { nativeStatus } = await import('@resnet-ts/backend-native');
  const status = nativeStatus();
  return status.loaded ? { instructionSet: status.instructionSet, threads: status.threads } : {};
}
