import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

function counts(): { tensors: number; buffers: number; bytes: number } {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { tensors: numTensors, buffers: numDataBuffers, bytes: numBytes };
}

/**
 * Fails the test unless `f` leaves exactly as many tensors, buffers and bytes as it found.
 *
 * @example
 * await expectNoLeaks(() => relu(x).dispose());
 */
export async function expectNoLeaks(f: () => unknown): Promise<void> {
  const before = counts();
  await f();
  expect(counts(), 'tensors after the function').toEqual(before);
}
