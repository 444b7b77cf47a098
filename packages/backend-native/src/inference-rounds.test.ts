import { convolutionBatchNormInference } from '@resnet-ts/tensor-ops';
import { seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus } from './index.js';

/** More images than one round holds: a tile each, 910 tiles of 256 channels. */
const BATCH = 1000;
const ALONE = 8;

nativeSuite('inference with a large filter, in rounds', () => {
  const status = nativeStatus();
  beforeAll(() => setupBackend('native'));
  afterAll(() => {
    if (status.loaded) loadNative().selectInstructionSet(status.instructionSet);
  });

  // The scalar reference has no rounds.
  describe.each(supportedInstructionSets().filter((set) => set !== 'reference'))('%s', (set) => {
    it('gives an image of the last round, and its shortcut, the bits that it has alone', () => {
      loadNative().selectInstructionSet(set);
      tf.tidy(() => {
        const x = seededTensor([BATCH, 4, 4, 256], 1) as tf.Tensor4D;
        const residual = seededTensor([BATCH, 4, 4, 128], 2) as tf.Tensor4D;
        const filter = seededTensor([3, 3, 256, 128], 3) as tf.Tensor4D;
        const vector = (seed: number) => seededTensor([128], seed, { minimum: 0.5 }) as tf.Tensor1D;
        const run = (images: tf.Tensor4D, shortcut: tf.Tensor4D) =>
          convolutionBatchNormInference(
            images,
            filter,
            { gamma: vector(4), beta: vector(5) },
            { mean: vector(6), variance: vector(7) },
            { padding: 1, relu: true, residual: shortcut },
          );
        const last = (images: tf.Tensor4D) => tf.slice(images, [BATCH - ALONE, 0, 0, 0], [ALONE, 4, 4, -1]);
        expect([...last(run(x, residual)).dataSync()]).toEqual([...run(last(x), last(residual)).dataSync()]);
      });
    });
  });
});
