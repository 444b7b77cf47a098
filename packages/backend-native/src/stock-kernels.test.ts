import '@tensorflow/tfjs-backend-cpu';
import { compareValues, deriveTolerance, seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { BACKEND_NAME, loadNative } from './index.js';

const random = (shape: number[], seed: number): Tensor => seededTensor(shape as [number], seed);
const image = (shape: [number, number, number, number], seed: number): tf.Tensor4D =>
  seededTensor<tf.Rank.R4>(shape, seed);

function kernel(name: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): Tensor {
  return tf.engine().runKernel<Tensor>(name, inputs, attributes);
}

/** Whether the output came from a native kernel; the inherited ones write into arrays of their own. */
type Expected = 'native' | 'inherited';

const convolution = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC' };
const pool = { filterSize: [3, 3], strides: [2, 2], pad: 'same' };

const CASES: readonly [name: string, expected: Expected, terms: number, run: () => Tensor][] = [
  ['add, same shape', 'native', 1, () => tf.add(random([3, 5001], 1), random([3, 5001], 2))],
  ['sub, scalar on the right', 'native', 1, () => tf.sub(random([3, 7], 1), tf.scalar(0.3))],
  ['sub, scalar on the left', 'native', 1, () => tf.sub(tf.scalar(0.3), random([3, 7], 1))],
  ['mul, one number of lower rank', 'native', 1, () => tf.mul(random([3, 7], 1), tf.tensor1d([2]))],
  ['div', 'native', 1, () => tf.div(random([37], 1), random([37], 2))],
  ['maximum', 'native', 1, () => tf.maximum(random([2, 37], 1), random([2, 37], 2))],
  ['add, bias along the last axis', 'native', 1, () => tf.add(random([4, 3, 21], 1), random([21], 2))],
  ['add, broadcast along another axis', 'inherited', 1, () => tf.add(random([4, 3, 21], 1), random([3, 1], 2))],
  ['add of integers', 'inherited', 1, () => tf.add(tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3, 4], 'int32'))],
  ['add of nothing', 'inherited', 1, () => tf.add(tf.zeros([0, 3]), tf.zeros([0, 3]))],
  ['addN of three', 'native', 3, () => tf.addN([random([41], 1), random([41], 2), random([41], 3)])],
  ['relu', 'native', 1, () => tf.relu(random([5, 41], 1))],
  ['step', 'native', 1, () => tf.step(random([5, 41], 1), 0.2)],
  ['sum of everything', 'native', 30_000, () => tf.sum(random([30_011], 1))],
  ['sum over trailing axes', 'native', 35, () => tf.sum(random([9, 5, 7], 1), [1, 2])],
  ['sum over leading axes', 'native', 2000, () => tf.sum(random([2001, 21], 1), 0)],
  ['sum over a middle axis, kept', 'native', 40, () => tf.sum(random([3, 40, 21], 1), 1, true)],
  ['sum over axes apart', 'inherited', 63, () => tf.sum(random([9, 5, 7], 1), [0, 2])],
  ['mean', 'native', 2000, () => tf.mean(random([2001, 3], 1), 0)],
  ['max over the last axis', 'native', 1, () => tf.max(random([13, 37], 1), 1)],
  ['max over a middle axis', 'inherited', 1, () => tf.max(random([3, 13, 5], 1), 1)],
  // Native too, but integers are not pooled.
  ['argMax over the last axis', 'inherited', 1, () => tf.argMax(random([13, 37], 1), 1)],
  ['matMul', 'native', 301, () => tf.matMul(random([37, 301], 1), random([301, 53], 2))],
  ['matMul, both transposed', 'native', 301, () => tf.matMul(random([301, 37], 1), random([53, 301], 2), true, true)],
  ['matMul, batches', 'native', 17, () => tf.matMul(random([3, 5, 17], 1), random([3, 17, 9], 2))],
  ['matMul, one matrix for a batch', 'native', 17, () => tf.matMul(random([3, 5, 17], 1), random([1, 17, 9], 2))],
  [
    'fused matMul',
    'native',
    17,
    () => tf.fused.matMul({ a: random([5, 17], 1), b: random([17, 9], 2), bias: random([9], 3), activation: 'relu' }),
  ],
  ['conv2d', 'native', 45, () => tf.conv2d(image([2, 9, 8, 5], 1), image([3, 3, 5, 7], 2), 2, 'same')],
  [
    'conv2d, rectangular filter',
    'native',
    15,
    () => tf.conv2d(image([2, 9, 8, 5], 1), image([1, 3, 5, 7], 2), 1, 'valid'),
  ],
  [
    'conv2d, dilated',
    'inherited',
    45,
    () => tf.conv2d(image([2, 9, 8, 5], 1), image([3, 3, 5, 7], 2), 1, 'same', 'NHWC', 2),
  ],
  [
    'conv2d, unequal strides',
    'inherited',
    45,
    () => tf.conv2d(image([2, 9, 8, 5], 1), image([3, 3, 5, 7], 2), [1, 2], 'same'),
  ],
  [
    'conv2d backprop input',
    'native',
    63,
    () =>
      kernel(
        tf.Conv2DBackpropInput,
        { dy: image([2, 5, 4, 7], 1), filter: image([3, 3, 5, 7], 2) },
        { ...convolution, inputShape: [2, 9, 8, 5] },
      ),
  ],
  [
    'conv2d backprop filter',
    'native',
    40,
    () =>
      kernel(
        tf.Conv2DBackpropFilter,
        { x: image([2, 9, 8, 5], 1), dy: image([2, 5, 4, 7], 2) },
        { ...convolution, filterShape: [3, 3, 5, 7] },
      ),
  ],
  [
    'fused conv2d',
    'native',
    45,
    () =>
      tf.fused.conv2d({
        x: image([2, 9, 8, 5], 1),
        filter: image([3, 3, 5, 7], 2),
        strides: 1,
        pad: 'same',
        bias: random([7], 3),
        activation: 'relu',
      }),
  ],
  ['max pool', 'native', 1, () => tf.maxPool(image([2, 9, 8, 5], 1), 3, 2, 'same')],
  ['max pool, rectangular', 'inherited', 1, () => tf.maxPool(image([2, 9, 8, 5], 1), [2, 3], 2, 'same')],
  [
    'max pool gradient',
    'native',
    9,
    () =>
      kernel(
        tf.MaxPoolGrad,
        { dy: image([2, 5, 4, 5], 1), input: image([2, 9, 8, 5], 2), output: image([2, 5, 4, 5], 3) },
        pool,
      ),
  ],
  ['average pool', 'native', 9, () => tf.avgPool(image([2, 9, 8, 5], 1), 3, 2, 'same')],
  [
    'average pool gradient',
    'native',
    9,
    () => kernel(tf.AvgPoolGrad, { dy: image([2, 5, 4, 5], 1), input: image([2, 9, 8, 5], 2) }, pool),
  ],
  [
    'batch norm',
    'native',
    4,
    () =>
      tf.batchNorm(
        image([2, 9, 8, 5], 1),
        random([5], 2),
        tf.abs(random([5], 3)),
        random([5], 4),
        random([5], 5),
        1e-3,
      ),
  ],
  [
    'batch norm without scale and offset',
    'native',
    4,
    () => tf.batchNorm(image([2, 9, 8, 5], 1), random([5], 2), tf.abs(random([5], 3))),
  ],
];

/** Runs on a backend and reads the result. */
async function outcome(
  backend: string,
  run: () => Tensor,
): Promise<{ shape: number[]; dtype: string; data: number[]; pooled: boolean }> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const y = run();
    const inUse = (): number => (tf.memory() as { nativeBytesInUse?: number }).nativeBytesInUse ?? 0;
    const before = inUse();
    const found = { shape: y.shape, dtype: y.dtype, data: Array.from(y.dataSync()) };
    y.dispose();
    return { ...found, pooled: inUse() < before };
  });
}

nativeSuite('stock kernels', () => {
  const sets = supportedInstructionSets();

  beforeAll(() => setupBackend(BACKEND_NAME));

  describe.each(sets)('on %s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    it.each(CASES)('%s (%s)', async (name, expected, terms, run) => {
      const wanted = await outcome('cpu', run);
      const { pooled, ...actual } = await outcome(BACKEND_NAME, run);
      expect({ shape: actual.shape, dtype: actual.dtype }).toEqual({ shape: wanted.shape, dtype: wanted.dtype });
      const { maximumError } = compareValues(actual.data, wanted.data);
      console.log(`${name} on ${set}: maximum error ${maximumError.toExponential(2)}`);
      expect(maximumError).toBeLessThanOrEqual(deriveTolerance(terms));
      expect(pooled ? 'native' : 'inherited').toBe(expected);
    });

    it('lets NaN through, so that a diverged run is seen', () => {
      const x = tf.tensor4d([NaN, 1, 2, 3], [1, 2, 2, 1]);
      const y = tf.tensor4d([3, 1, 2, NaN], [1, 2, 2, 1]);
      const vector = tf.concat([tf.fill([40], 1), tf.tensor1d([NaN])]);
      for (const result of [
        tf.slice(tf.relu(x), [0, 0, 0, 0], [1, 1, 1, 1]),
        tf.maxPool(x, 2, 1, 'valid'),
        tf.maxPool(y, 2, 1, 'valid'),
        tf.max(vector),
        tf.sum(vector),
        tf.slice(tf.maximum(vector, 5), 40, 1),
        tf.slice(tf.step(vector), 40, 1),
      ]) {
        expect([...result.dataSync()]).toEqual([NaN]);
      }
      expect([...tf.argMax(tf.tensor1d([1, 7, 7, NaN])).dataSync()]).toEqual([1]);
    });
  });
});
