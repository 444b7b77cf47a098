import { batchNorm } from '@resnet-ts/tensor-ops';
import { seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus } from './index.js';

/**
 * Results of 16 MB: as large as those that go past the caches must be, see worthStreaming in native/core/vector.h. Images
 * of the second are no whole number of vectors, and a streamed store out of place ends the process.
 */
const SHAPES: readonly [number, number, number, number][] = [
  [4, 512, 512, 4],
  [2, 401, 313, 17],
];

function statistics(values: ArrayLike<number>, channels: number): { mean: number[]; variance: number[] } {
  const count = values.length / channels;
  const sums = new Array<number>(channels).fill(0);
  const squares = new Array<number>(channels).fill(0);
  for (let at = 0; at < values.length; at += 1) {
    const [value, channel] = [values[at] ?? NaN, at % channels];
    sums[channel] = (sums[channel] ?? NaN) + value;
    squares[channel] = (squares[channel] ?? NaN) + value * value;
  }
  const mean = sums.map((sum) => sum / count);
  return { mean, variance: squares.map((square, channel) => square / count - (mean[channel] ?? NaN) ** 2) };
}

nativeSuite('results that are streamed past the caches', () => {
  const status = nativeStatus();
  const usual = status.loaded ? status.instructionSet : '';
  beforeAll(() => setupBackend('native'));
  afterAll(() => loadNative().selectInstructionSet(usual));

  const cases = supportedInstructionSets().flatMap((set) => SHAPES.map((shape) => ({ set, shape })));
  it.each(cases)('are whole and right on $set, $shape', ({ set: instructionSet, shape }) => {
    const channels = shape[3];
    loadNative().selectInstructionSet(instructionSet);
    tf.tidy(() => {
      const [x, residual, dy] = [1, 2, 3].map((seed) => seededTensor(shape, seed) as Tensor4D);
      const ones = tf.ones([channels]) as Tensor1D;
      const zeros = tf.zeros([channels]) as Tensor1D;
      if (x === undefined || residual === undefined || dy === undefined) throw new Error('no tensors');
      const normalize = (added: Tensor4D) =>
        batchNorm(x, { gamma: ones, beta: zeros }, { mean: zeros, variance: ones }, { residual: added, relu: true });
      const { y } = normalize(residual);
      const gradient = tf
        .grad((added) => normalize(added as Tensor4D).y)(residual, dy)
        .dataSync();
      const { mean, variance } = statistics(x.dataSync(), channels);
      const [values, xs, residuals, dys] = [y, x, residual, dy].map((tensor) => tensor.dataSync());
      let error = 0;
      let wrongGradients = 0;
      gradient.forEach((value, at) => {
        const channel = at % channels;
        const deviation = Math.sqrt((variance[channel] ?? NaN) + 1e-5);
        const wanted = Math.max(0, ((xs?.[at] ?? NaN) - (mean[channel] ?? NaN)) / deviation + (residuals?.[at] ?? NaN));
        error = Math.max(error, Math.abs((values?.[at] ?? NaN) - wanted));
        if (value !== ((values?.[at] ?? NaN) > 0 ? dys?.[at] : 0)) wrongGradients += 1;
      });
      console.log(`${instructionSet}: largest error ${error}`);
      // Values below 8, of which a scale, a product and two sums are rounded, and both statistics: some 16 roundings.
      expect(error).toBeLessThan(8 * 16 * 2 ** -24);
      expect(wrongGradients).toBe(0);
    });
  });
});
