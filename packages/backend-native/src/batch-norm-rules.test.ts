import {
  BATCH_NORM,
  BATCH_NORM_GRADIENT,
  CONVOLUTION_BATCH_NORM,
  CONVOLUTION_BATCH_NORM_GRADIENT,
  NORMALIZE,
} from '@resnet-ts/tensor-ops/kernels';
import { seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus } from './index.js';

const CHANNELS = 21;
const SHAPE: [number, number, number, number] = [3, 7, 6, CHANNELS];
const geometry = { stride: 1, padding: { top: 0, bottom: 0, left: 0, right: 0 } };
const norm = { epsilon: 1e-5, relu: true };

function run(kernel: string, inputs: NamedTensorMap, attributes: object): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(kernel, inputs, attributes as tf.NamedAttrMap);
}

const image = (seed: number): Tensor => seededTensor(SHAPE, seed);
const vector = (seed: number): Tensor => seededTensor([CHANNELS], seed, { minimum: 0.5 });
const filter = (): Tensor => seededTensor([1, 1, CHANNELS, CHANNELS], 9);

nativeSuite('batch norm alone and behind a convolution', () => {
  const status = nativeStatus();
  const sets = supportedInstructionSets();

  beforeAll(() => setupBackend('native'));
  afterAll(() => {
    if (status.loaded) loadNative().selectInstructionSet(status.instructionSet);
  });

  describe.each(sets)('%s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    it.each([false, true])('normalises again with the same bits, residual %s', (hasResidual) => {
      tf.tidy(() => {
        const affine = { gamma: vector(1), beta: vector(2) };
        const running = { runningMean: vector(3), runningVariance: vector(4) };
        const residual = hasResidual ? { residual: image(5) } : {};
        const training = { ...norm, runningFraction: 0.1 };
        const alone = run(BATCH_NORM, { x: image(6), ...affine, ...running, ...residual }, training);
        const inputs = { x: image(7), filter: filter(), ...affine, ...running, ...residual };
        const [fused, z, ...statistics] = run(CONVOLUTION_BATCH_NORM, inputs, { ...geometry, ...training });
        for (const [y, normalized, mean, variance] of [
          [alone[0], image(6), alone[1], alone[2]],
          [fused, z, ...statistics],
        ] as [Tensor, Tensor, Tensor, Tensor][]) {
          const [again] = run(NORMALIZE, { z: normalized, ...affine, mean, variance, ...residual }, norm);
          expect(again?.dataSync()).toEqual(y.dataSync());
        }
      });
    });

    it('lets the gradient through a ReLU where its output is positive or NaN, and nowhere else', () => {
      tf.tidy(() => {
        // Whole vectors and a rest in every row.
        const outputs = [1, 0, -1, NaN, Infinity, -Infinity];
        const y = tf.tensor(
          Float32Array.from({ length: image(1).size }, (_, index) => outputs[index % 6] ?? 0),
          [...SHAPE],
        );
        const statistics = { gamma: vector(1), beta: vector(2), mean: vector(3), variance: vector(4) };
        const dy = image(8);
        const wanted = dy.dataSync().map((value, index) => ([0, 3, 4].includes(index % 6) ? value : 0));
        const alone = run(BATCH_NORM_GRADIENT, { dy, y, x: image(6), ...statistics }, { ...norm, hasResidual: true });
        expect(alone[3]?.dataSync()).toEqual(wanted);
        const fused = run(
          CONVOLUTION_BATCH_NORM_GRADIENT,
          { dy, y, z: image(6), x: image(7), filter: filter(), ...statistics },
          { ...geometry, ...norm, hasResidual: true, inputGradient: false, reuseDy: false },
        );
        expect(fused[3]?.dataSync()).toEqual(wanted);
      });
    });
  });
});
