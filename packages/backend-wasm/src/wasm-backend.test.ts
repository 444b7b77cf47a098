import * as tensorOps from '@resnet-ts/tensor-ops';
import { deriveTolerance, seededValues } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useBackend, VARIANTS } from './__fixtures__/use-variant.js';
import { loadEngine } from './index.js';
import { moduleUrl } from './module-bytes.js';

const MIB = 2 ** 20;
const bytes = new Uint8Array(readFileSync(moduleUrl('simd128')));

/** A small convolution with its gradients, and how many steps of descent it takes. */
function train(steps: number): number[] {
  const x = tf.tensor4d(seededValues(4 * 8 * 8 * 3, 1), [4, 8, 8, 3]);
  const labels = tf.tensor1d([0, 1, 2, 3], 'int32');
  let filter: tf.Tensor4D = tf.tensor4d(seededValues(9 * 3 * 8, 2), [3, 3, 3, 8]);
  const losses: number[] = [];
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  const loss = (weights: tf.Tensor4D): tf.Scalar =>
    tensorOps.softmaxCrossEntropy(tensorOps.globalAveragePool(tensorOps.convolution(x, weights, { padding })), labels);
  for (let step = 0; step < steps; step++) {
    const before = filter;
    filter = tf.tidy(() => {
      const value = loss(before);
      losses.push(value.dataSync()[0] ?? NaN);
      return tf.sub<tf.Tensor4D>(before, tf.mul(tf.grad((weights) => loss(weights as tf.Tensor4D))(before), 0.5));
    });
    before.dispose();
  }
  tf.dispose([x, labels, filter]);
  return losses;
}

describe.each(VARIANTS)('%s', (variant) => {
  it('trains as the CPU backend does, with the same bits each time', async () => {
    await useBackend({ variant });
    const losses = train(5);
    expect(train(5)).toEqual(losses);
    expect(await tf.setBackend('cpu')).toBe(true);
    expect(tf.getBackend()).toBe('cpu');
    const expected = train(5);
    const error = Math.max(...losses.map((value, i) => Math.abs(value - (expected[i] ?? NaN))));
    console.log(`training on ${variant}: maximum difference of a loss ${error.toExponential(1)}`);
    expect(error).toBeLessThan(5 * deriveTolerance(27 + 64));
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? NaN);
  });

  it('keeps tensors whole when its memory grows under them', async () => {
    const backend = await useBackend({ variant });
    const values = seededValues(1000, 3);
    const kept = tf.relu(tf.tensor1d(values));
    const data = backend.data.get(kept.dataId).values as Float32Array;
    const slice = tf.slice(kept, 100, 50);
    const large = tf.zeros([64, MIB / 4]);
    const grown = tf.relu(large);
    expect(data.length, 'the memory must have grown for this test to show anything').toBe(0);
    const expected = values.map((value) => Math.max(value, 0));
    expect(kept.dataSync()).toEqual(expected);
    expect(slice.dataSync()).toEqual(expected.slice(100, 150));
    expect(tf.add(kept, kept).dataSync()).toEqual(expected.map((value) => value * 2));
    tf.dispose([kept, slice, large, grown]);
  });
});

it('holds the same bytes after every step', async () => {
  const backend = await useBackend({});
  train(2);
  const { nativeBytesInUse, nativeBytesHeld } = backend.memory();
  const { numTensors } = tf.memory();
  train(2);
  expect(backend.memory()).toMatchObject({ nativeBytesInUse, nativeBytesHeld });
  expect(tf.memory().numTensors).toBe(numTensors);
});

it('says when there is no more memory, and goes on', async () => {
  const backend = await useBackend({ maximumBytes: 32 * MIB });
  const x = tf.zeros([MIB]);
  const outputs: tf.Tensor[] = [];
  expect(() => {
    for (let i = 0; i < 20; i++) outputs.push(tf.relu(x));
  }).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_MEMORY' }) as Error);
  tf.dispose(outputs);
  backend.pool.trim();
  const y = tf.relu(tf.tensor1d([-1, 2]));
  expect([...y.dataSync()]).toEqual([0, 2]);
});

it('runs out of scratch memory without breaking', async () => {
  const backend = await useBackend({ maximumBytes: 17 * MIB });
  const x = tf.tensor4d(seededValues(8 * 64 * 64 * 16, 1), [8, 64, 64, 16]);
  const filter = tf.tensor4d(seededValues(9 * 16 * 512, 2), [3, 3, 16, 512]);
  expect(() => tf.conv2d(x, filter, 1, 'same')).toThrow(/use a smaller batch/);
  tf.dispose([x, filter]);
  backend.pool.trim();
  expect([...tf.relu(tf.tensor1d([-1, 2])).dataSync()]).toEqual([0, 2]);
});

it('takes bytes and an address', async () => {
  for (const module of [bytes, moduleUrl('simd128')]) {
    const { engine, memory } = await loadEngine({ module });
    const block = memory.allocate(64);
    const view = memory.view(block ?? { address: 0, bytes: 0 }, 2);
    engine.relu(new Int32Array(4), Float64Array.of(2), Float32Array.of(-1, 3), view);
    expect([...view]).toEqual([0, 3]);
  }
});

it('refuses a damaged module, one of something else, and sizes that cannot be', async () => {
  await expect(loadEngine({ module: bytes.slice(0, 1000) })).rejects.toThrow(/a whole WebAssembly module/);
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  await expect(loadEngine({ module: empty })).rejects.toThrow(/the kernels of this package/);
  await expect(loadEngine({ module: new URL('file:///no/such.wasm') })).rejects.toThrow(/no such file/);
  await expect(loadEngine({ maximumBytes: 5 })).rejects.toThrow(/16 MiB to 4 GiB/);
});
