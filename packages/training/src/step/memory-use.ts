import * as tf from '@tensorflow/tfjs-core';
import type { MemoryUse } from '../run/metrics-schema.js';

/** Memory in use now. `backendBytes` is there when the backend reports `backendBytes` in `tf.memory()`. */
export function memoryUse(): MemoryUse {
  const memory = tf.memory();
  const backendBytes: unknown = Reflect.get(memory, 'backendBytes');
  return {
    tensors: memory.numTensors,
    bytes: memory.numBytes,
    residentBytes: process.memoryUsage.rss(),
    ...(typeof backendBytes === 'number' ? { backendBytes } : {}),
  };
}
