import { convolutionBatchNormInference, linear } from '@resnet-ts/tensor-ops';
import { seededTensor, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus } from './index.js';

/** Bytes of scratch memory that some work takes; only the product of few rows packs nothing and takes none. */
function scratchOf(work: () => void): number {
  const addon = loadNative();
  addon.releaseScratch();
  work();
  return addon.memoryHeld().scratch;
}

// An image is classified alike alone and among others, though other code runs then.
nativeSuite('one image and many', () => {
  const status = nativeStatus();
  beforeAll(() => setupBackend('native'));
  afterAll(() => {
    if (status.loaded) loadNative().selectInstructionSet(status.instructionSet);
  });

  describe.each(supportedInstructionSets().filter((set) => set !== 'reference'))('%s', (set) => {
    beforeAll(() => loadNative().selectInstructionSet(set));

    // More inner steps than one block of 256, and columns that end within a vector.
    it.each([1, 2, 3, 4])('the linear layer gives %i of 40 rows the same bits', (rows) => {
      tf.tidy(() => {
        const x = seededTensor([40, 700], 1) as tf.Tensor2D;
        const weight = seededTensor([700, 147], 2) as tf.Tensor2D;
        const bias = seededTensor([147], 3) as tf.Tensor1D;
        const all = linear(x, weight, bias);
        for (const first of [0, 40 - rows]) {
          const few = tf.slice(x, [first, 0], [rows, 700]);
          let alone = few;
          expect(scratchOf(() => (alone = linear(few, weight, bias)))).toBe(0);
          expect([...alone.dataSync()]).toEqual([...tf.slice(all, [first, 0], [rows, 147]).dataSync()]);
        }
      });
    });

    it('packs the weights of the linear layer for more rows', () => {
      tf.tidy(() => {
        const weight = seededTensor([700, 147], 2) as tf.Tensor2D;
        const bias = seededTensor([147], 3) as tf.Tensor1D;
        const x = seededTensor([5, 700], 1) as tf.Tensor2D;
        expect(scratchOf(() => linear(x, weight, bias))).toBeGreaterThan(4 * 256 * 147);
      });
    });

    it.each([
      { name: '1×1', kernel: 1, stride: 1, channels: 64, side: 14 },
      { name: '1×1 of 4 KiB a pixel', kernel: 1, stride: 1, channels: 1024, side: 7 },
      { name: 'strided 3×3', kernel: 3, stride: 2, channels: 32, side: 15 },
    ])('convolution $name gives one of 40 images the same bits', ({ kernel, stride, channels, side }) => {
      tf.tidy(() => {
        const x = seededTensor([40, side, side, channels], 1) as tf.Tensor4D;
        const filter = seededTensor([kernel, kernel, channels, 96], 2) as tf.Tensor4D;
        const vector = (seed: number) => seededTensor([96], seed, { minimum: 0.5 }) as tf.Tensor1D;
        const run = (images: tf.Tensor4D) =>
          convolutionBatchNormInference(
            images,
            filter,
            { gamma: vector(4), beta: vector(5) },
            { mean: vector(6), variance: vector(7) },
            { padding: (kernel - 1) / 2, stride, relu: true },
          );
        const last = (images: tf.Tensor4D) => tf.slice(images, [39, 0, 0, 0], [1, -1, -1, -1]);
        expect([...run(last(x)).dataSync()]).toEqual([...last(run(x)).dataSync()]);
      });
    });
  });
});
