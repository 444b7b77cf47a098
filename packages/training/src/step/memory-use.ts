import * as tf from '@tensorflow/tfjs-core';
import type { MemoryUse } from '../run/metrics-schema.js';

/** What a step must not change: tensors, their bytes, and the backend's own bytes behind living tensors. */
export interface MemoryCounts {
  readonly tensors: number;
  readonly bytes: number;
  readonly backendBytesInUse?: number;
}

/** Counts now. A backend may add `nativeBytesInUse` to `tf.memory()`, as the native one does. */
export function memoryCounts(): MemoryCounts {
  const memory = tf.memory();
  const inUse = numberField(memory, 'nativeBytesInUse');
  return {
    tensors: memory.numTensors,
    bytes: memory.numBytes,
    ...(inUse === undefined ? {} : { backendBytesInUse: inUse }),
  };
}

/** Memory now, for people and metrics; `backendBytes` where the backend adds `nativeBytesHeld` to `tf.memory()`. */
export function memoryUse(): MemoryUse {
  const memory = tf.memory();
  const held = numberField(memory, 'nativeBytesHeld');
  return {
    tensors: memory.numTensors,
    bytes: memory.numBytes,
    residentBytes: process.memoryUsage.rss(),
    ...(held === undefined ? {} : { backendBytes: held }),
  };
}

function numberField(record: object, name: string): number | undefined {
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'number' ? value : undefined;
}
