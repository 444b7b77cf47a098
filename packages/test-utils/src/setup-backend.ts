import * as tf from '@tensorflow/tfjs-core';

/**
 * Chooses a backend for the tests of this file and turns on tfjs's check that no kernel leaks memory, which works only
 * with the flag IS_TEST. That flag also silences tfjs's warnings: do not rely on them in tests.
 *
 * @throws Error when the backend is not registered or cannot start
 * @example
 * beforeAll(() => setupBackend('cpu'));
 */
export async function setupBackend(name: string): Promise<void> {
  tf.env().set('IS_TEST', true);
  if (!(await tf.setBackend(name))) throw new Error(`expected the backend ${name} to start, and it did not`);
  await tf.ready();
}
