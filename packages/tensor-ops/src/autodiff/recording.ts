import * as tf from '@tensorflow/tfjs-core';

/** True while tfjs records operations for differentiation (and not inside another operation's kernel). */
export function isRecording(): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/**
 * Runs `f` as tfjs runs the inside of a kernel: nothing in it is recorded. Unlike tf.customGrad it opens no scope,
 * so any number of results stays with the caller's scope.
 */
export function withoutRecording<T>(f: () => T): T {
  const { state } = tf.engine();
  state.kernelDepth++;
  try {
    return f();
  } finally {
    state.kernelDepth--;
  }
}
