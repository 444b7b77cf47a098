import { expectTensorsClose, seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { BACKEND_NAME, NativeBackend } from './index.js';
import type { NativeMemory } from './index.js';

function backend(): NativeBackend {
  const current = tf.backend();
  if (current instanceof NativeBackend) return current;
  throw new Error('the native backend is not active');
}

/** What tf.memory() says, native bytes included. */
function memory(): tf.MemoryInfo & NativeMemory {
  return tf.memory() as tf.MemoryInfo & NativeMemory;
}

nativeSuite('native backend', () => {
  beforeAll(() => setupBackend(BACKEND_NAME));
  beforeEach(() => {
    backend().pool.trim();
  });

  it('is what tfjs chooses by itself', () => {
    expect(tf.getBackend()).toBe(BACKEND_NAME);
    expect(tf.backend().floatPrecision()).toBe(32);
    expect(tf.backend().epsilon()).toBe(1e-7);
  });

  it('hands out copies: an array read stays as it was after its tensor is disposed and the memory reused', async () => {
    const x = tf.tensor1d([1, -2, 3]);
    const y = tf.relu(x);
    const kept = y.dataSync();
    const keptToo = await y.data();
    y.dispose();
    const z = tf.relu(tf.tensor1d([7, 8, 9]));
    expect([...kept, ...keptToo]).toEqual([1, 0, 3, 1, 0, 3]);
    tf.dispose([x, z]);
  });

  it('keeps memory that a view still uses: a slice outlives what it was cut from', () => {
    const y = tf.relu(tf.tensor1d([1, 2, 3, 4]));
    const view = tf.slice(y, 1, 2);
    y.dispose();
    const other = tf.relu(tf.tensor1d([9, 9, 9, 9]));
    expect([...view.dataSync()]).toEqual([2, 3]);
    tf.dispose([view, other]);
  });

  it('copies large arrays from outside into its own memory, and holds small ones as they are', () => {
    const before = memory().nativeBytesInUse;
    const values = new Float32Array(2 ** 19).fill(3);
    const large = tf.tensor1d(values);
    expect(memory().nativeBytesInUse - before).toBe(values.byteLength);
    const small = tf.tensor1d(values.subarray(1));
    expect(memory().nativeBytesInUse - before).toBe(values.byteLength);
    values.fill(4);
    expect(new Set(large.dataSync())).toEqual(new Set([3]));
    tf.dispose([large, small]);
    expect(memory().nativeBytesInUse).toBe(before);
  });

  it('hands memory over to be overwritten only where one tensor refers to it', () => {
    const y = tf.relu(tf.tensor1d([1, 2, 3, 4]));
    const taken = backend().takeOver(y);
    expect(taken?.info.dataId).toBe(y.dataId);
    // Counted once more: by the output that it becomes.
    expect(backend().refCount(y.dataId)).toBe(2);
    expect(backend().takeOver(y)).toBeUndefined();
    backend().disposeData(y.dataId);
    const view = tf.slice(y, 1, 2);
    expect(backend().takeOver(y)).toBeUndefined();
    view.dispose();
    const outside = tf.tensor1d([1, 2]);
    expect(backend().takeOver(outside)).toBeUndefined();
    tf.dispose([y, outside]);
  });

  it('tells the truth about memory', () => {
    const before = memory();
    const y = tf.tidy(() => tf.relu(tf.zeros([1024, 1024])));
    expect(memory().unreliable).toBe(false);
    expect(memory().numBytes - before.numBytes).toBe(4 << 20);
    expect(memory().nativeBytesInUse - before.nativeBytesInUse).toBe(4 << 20);
    y.dispose();
    expect(memory().nativeBytesInUse).toBe(before.nativeBytesInUse);
    backend().pool.trim();
    expect(memory().nativeBytesHeld).toBe(memory().nativeBytesInUse);
  });

  it('holds the same bytes after every step of the same shapes', () => {
    const step = (): void => {
      tf.tidy(() => {
        const x = seededTensor<tf.Rank.R4>([4, 16, 16, 8], 1);
        const y = tf.conv2d(x, seededTensor<tf.Rank.R4>([3, 3, 8, 8], 2), 1, 'same');
        tf.sum(tf.add(tf.relu(y), tf.slice(y, [0, 0, 0, 0], [4, 16, 16, 8])));
      });
    };
    step();
    const { nativeBytesHeld, numTensors } = memory();
    for (let i = 0; i < 50; i++) step();
    expect(memory()).toMatchObject({ nativeBytesHeld, numTensors });
  });

  it('moves tensors to and from another backend', async () => {
    const y = tf.relu(tf.tensor1d([1, -1]));
    await tf.setBackend('cpu');
    const sum = tf.add(y, 1);
    expect([...sum.dataSync()]).toEqual([2, 1]);
    await tf.setBackend(BACKEND_NAME);
    expect([...tf.relu(sum).dataSync()]).toEqual([2, 1]);
    tf.dispose([y, sum]);
  });

  it('refuses what C++ could not read', () => {
    const ints = tf.tensor1d([1, 2], 'int32');
    expect(() => backend().floats(ints)).toThrow(/expected a dense float32 tensor/);
    expect(() => backend().integers(tf.tensor1d([1, 2]))).toThrow(/expected a dense int32 tensor/);
  });

  it('inherits every kernel of the cpu backend', () => {
    const names = tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName);
    const own = new Set(tf.getKernelsForBackend(BACKEND_NAME).map((kernel) => kernel.kernelName));
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter((name) => !own.has(name))).toEqual([]);
  });

  it('runs inherited kernels on pooled inputs: strings, complex numbers, sorting, gathering, transforms', () => {
    const strings = tf.tensor(['b', 'a']);
    expect(tf.slice(strings, 1, 1).dataSync()).toEqual(['a']);
    const real = tf.relu(tf.tensor1d([1, 2]));
    const complex = tf.complex(real, tf.tensor1d([3, 4]));
    real.dispose();
    const recycled = tf.relu(tf.tensor1d([8, 8]));
    expect([...tf.real(complex).dataSync()]).toEqual([1, 2]);
    expect([...tf.imag(complex).dataSync()]).toEqual([3, 4]);
    expect(tf.fft(complex).shape).toEqual([2]);
    const { values, indices } = tf.topk(tf.relu(tf.tensor1d([3, 9, 5])), 2);
    expect([...values.dataSync(), ...indices.dataSync()]).toEqual([9, 5, 1, 2]);
    expect([...tf.gather(tf.relu(tf.tensor1d([3, 9, 5])), [2, 0]).dataSync()]).toEqual([5, 3]);
    expect([...tf.cumsum(tf.relu(tf.tensor1d([1, 2, 3]))).dataSync()]).toEqual([1, 3, 6]);
    expectTensorsClose(tf.softmax(tf.tensor1d([0, 0])), [0.5, 0.5], { tolerance: 1e-6 });
    complex.dispose();
    recycled.dispose();
  });
});
