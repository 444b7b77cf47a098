import * as tf from '@tensorflow/tfjs-core';

/** Which of the two ran: the backend's own kernel, or the reference composed of stock tfjs ops. */
export type Implementation = 'kernel' | 'reference';

// The answers of the tfjs registry, one map a backend: a look-up there builds a string at every call.
const answers = new Map<string, Map<string, boolean>>();
const used = new Map<string, Implementation>();

/** Whether the active backend registers a kernel of this name; the registry is asked once for each pair. */
export function backendHasKernel(kernelName: string): boolean {
  const engine = tf.engine();
  // Reading `backend` starts the best backend where none was chosen yet.
  if (!engine.backendName) void engine.backend;
  let ofBackend = answers.get(engine.backendName);
  if (ofBackend === undefined) answers.set(engine.backendName, (ofBackend = new Map()));
  let answer = ofBackend.get(kernelName);
  if (answer === undefined) {
    // Typed as always found, but it returns nothing for an unknown kernel.
    const config: tf.KernelConfig | undefined = tf.getKernel(kernelName, engine.backendName);
    ofBackend.set(kernelName, (answer = config !== undefined && config !== null));
  }
  return answer;
}

/** Chooses the implementation of one of the kernels of `kernels.ts` on the active backend, and records the choice. */
export function chooseImplementation(kernelName: string): Implementation {
  const implementation = backendHasKernel(kernelName) ? 'kernel' : 'reference';
  used.set(kernelName, implementation);
  return implementation;
}

/**
 * Which implementation ran last, by kernel name (see `@resnet-ts/tensor-ops/kernels`): proof that a fast path ran.
 * A snapshot; it does not change afterwards.
 *
 * @example
 * resetImplementationsUsed();
 * convolution(x, filter, { padding: 1 });
 * implementationsUsed().get(CONVOLUTION); // 'kernel' or 'reference'
 */
export function implementationsUsed(): ReadonlyMap<string, Implementation> {
  return new Map(used);
}

/** Forgets what ran, and what the registry answered: call it after registering kernels on a backend already in use. */
export function resetImplementationsUsed(): void {
  used.clear();
  answers.clear();
}
