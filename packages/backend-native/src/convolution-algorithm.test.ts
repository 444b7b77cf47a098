import { CONVOLUTION_BATCH_NORM_INFERENCE } from '@resnet-ts/tensor-ops/kernels';
import { seededTensor, seededValues, setupBackend } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus, setConvolutionAlgorithm } from './index.js';
import type { ConvolutionAlgorithm } from './index.js';

const BATCH = 3;
const SIDE = 10;
const CHANNELS = 32;

/** A 3×3 convolution of stride 1 and its gradients, padded by `padding`, straight through the addon. */
function convolve(padding: number): Float32Array[] {
  const addon = loadNative();
  const grown = SIDE + 2 * padding - 2;
  const [padTop, padBottom, padLeft, padRight] = [padding, padding, padding, padding];
  const integers = Int32Array.of(
    ...[BATCH, SIDE, SIDE, CHANNELS, 3, 3, 1, padTop, padBottom, padLeft, padRight, grown, grown, CHANNELS, 0],
  );
  const numbers = Float64Array.of(0);
  const image = BATCH * SIDE * SIDE * CHANNELS;
  const x = seededValues(image, 1);
  const filter = seededValues(9 * CHANNELS * CHANNELS, 2);
  const dy = grow(seededValues(image, 3), grown);
  const y = new Float32Array(dy.length);
  const dx = new Float32Array(image);
  const dFilter = new Float32Array(filter.length);
  addon.convolution(integers, numbers, x, filter, y);
  addon.convolutionInputGradient(integers, numbers, dy, filter, dx);
  addon.convolutionFilterGradient(integers, numbers, x, dy, dFilter);
  return [shrink(y, grown), dx, dFilter];
}

/** Calls `copy(small, large)` with the offsets of each row of an image and of its place in the middle of a larger one. */
function eachRow(grown: number, copy: (small: number, large: number) => void): void {
  const border = (grown - SIDE) / 2;
  for (let row = 0; row < BATCH * SIDE; row++) {
    const [n, top] = [Math.floor(row / SIDE), row % SIDE];
    copy(row * SIDE * CHANNELS, ((n * grown + border + top) * grown + border) * CHANNELS);
  }
}

function grow(images: Float32Array, grown: number): Float32Array {
  const result = new Float32Array(BATCH * grown * grown * CHANNELS);
  eachRow(grown, (small, large) => {
    result.set(images.subarray(small, small + SIDE * CHANNELS), large);
  });
  return result;
}

function shrink(images: Float32Array, grown: number): Float32Array {
  const result = new Float32Array(BATCH * SIDE * SIDE * CHANNELS);
  eachRow(grown, (small, large) => {
    result.set(images.subarray(large, large + SIDE * CHANNELS), small);
  });
  return result;
}

/** Inputs of an inference whose convolution has both algorithms. */
function inferenceInputs(): tf.NamedTensorMap {
  const channel = (seed: number): tf.Tensor => seededTensor([CHANNELS], seed, { minimum: 0.5 });
  return {
    x: seededTensor([BATCH, SIDE, SIDE, CHANNELS], 1),
    filter: seededTensor([3, 3, CHANNELS, CHANNELS], 2),
    ...{ gamma: channel(3), beta: channel(4), mean: channel(5), variance: channel(6) },
  };
}

function infer(inputs: tf.NamedTensorMap): Float32Array {
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  return tf.tidy(() => {
    const attributes = { stride: 1, padding, epsilon: 1e-5, relu: false } as unknown as tf.NamedAttrMap;
    const [y] = [tf.engine().runKernel<tf.Tensor>(CONVOLUTION_BATCH_NORM_INFERENCE, inputs, attributes)].flat();
    return (y as tf.Tensor).dataSync<'float32'>();
  });
}

nativeSuite('the convolution algorithm', () => {
  const status = nativeStatus();
  const sets = supportedInstructionSets();
  const run = (algorithm: ConvolutionAlgorithm, padding: number): Float32Array[] => {
    setConvolutionAlgorithm(algorithm);
    return convolve(padding);
  };

  beforeAll(() => setupBackend('native'));
  afterAll(() => {
    if (!status.loaded) return;
    loadNative().selectInstructionSet(status.instructionSet);
    setConvolutionAlgorithm(status.convolution);
  });

  it('is reported, and refused when unknown', () => {
    setConvolutionAlgorithm('direct');
    expect(nativeStatus()).toMatchObject({ convolution: 'direct' });
    setConvolutionAlgorithm('fast');
    expect(nativeStatus()).toMatchObject({ convolution: 'fast' });
    expect(() => {
      setConvolutionAlgorithm('winograd' as ConvolutionAlgorithm);
    }).toThrow('expected "fast" or "direct" for algorithm, received "winograd"');
  });

  describe.each(sets)('%s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    // Padding by 3 is outside what Winograd is used for, and the pixels of padding 1 are the ones in the middle. The
    // filter gradient sums over all pixels, in groups that depend on their number: see winograd-error.test.ts for it.
    it('direct has the bits of the direct kernels', () => {
      const [y, dx] = run('direct', 1);
      expect([y, dx]).toEqual(run('fast', 3).slice(0, 2));
    });

    it('inference prepares a filter anew when the algorithm or the instruction set has changed', () => {
      const [filter, again] = [inferenceInputs(), inferenceInputs()];
      setConvolutionAlgorithm('fast');
      infer(filter);
      loadNative().selectInstructionSet(sets.find((other) => other !== set) ?? set);
      infer(filter);
      loadNative().selectInstructionSet(set);
      setConvolutionAlgorithm('direct');
      expect(infer(filter)).toEqual(infer(again));
      tf.dispose([filter, again]);
    });

    it.runIf(set !== 'reference')('fast has other bits', () => {
      const direct = run('direct', 1);
      run('fast', 1).forEach((values, index) => {
        expect(values).not.toEqual(direct[index]);
      });
    });
  });
});
