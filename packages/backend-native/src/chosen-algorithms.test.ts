import { CONVOLUTION_ALGORITHMS } from '@resnet-ts/backend-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { loadNative, nativeStatus, setConvolutionAlgorithm } from './index.js';

/** A square image of `side` pixels, padded so that stride 1 keeps its size. */
type Shape = readonly [side: number, inputChannels: number, outputChannels: number, size: number, stride: number];

/** What runs the convolution, its data gradient and its filter gradient: each name once. */
function chosen([side, inputChannels, outputChannels, size, stride]: Shape): string[] {
  const padding = (size - 1) / 2;
  const output = Math.floor((side - 1) / stride) + 1;
  const shape = [16, side, side, inputChannels, size, size, stride, padding, padding, padding, padding, output, output];
  const numbers = new Int32Array(3);
  loadNative().convolutionAlgorithms(Int32Array.of(...shape, outputChannels, 0), new Float64Array(1), numbers);
  return [...new Set(numbers)].map((number) => CONVOLUTION_ALGORITHMS[number] ?? 'unknown');
}

const CASES: readonly (readonly [name: string, shape: Shape, algorithm: string])[] = [
  ['the first layer of ResNet-20', [32, 3, 16, 3, 1], 'direct'],
  ['the first layer of ResNet-50', [224, 3, 64, 7, 2], 'direct'],
  ['3×3 of ResNet-20', [32, 16, 16, 3, 1], 'winograd'],
  ['3×3 of 128 channels', [28, 128, 128, 3, 1], 'winograd'],
  ['3×3 of 256 channels', [14, 256, 256, 3, 1], 'winograd by position'],
  ['1×1 that reduces', [56, 256, 64, 1, 1], 'patches'],
  ['1×1 that restores', [7, 512, 2048, 1, 1], 'patches'],
  ['3×3 of stride 2', [56, 128, 128, 3, 2], 'patches'],
  ['a projection shortcut', [56, 256, 512, 1, 2], 'patches'],
];

// All algorithms give right results for these shapes: a fall to a slower one would show nowhere else.
nativeSuite('the algorithm of a convolution', () => {
  const status = nativeStatus();
  afterAll(() => {
    if (!status.loaded) return;
    loadNative().selectInstructionSet(status.instructionSet);
    setConvolutionAlgorithm(status.convolution);
  });

  describe.each(supportedInstructionSets().filter((set) => set !== 'reference'))('on %s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    it.each(CASES)('%s', (_, shape, algorithm) => {
      setConvolutionAlgorithm('fast');
      expect(chosen(shape)).toEqual([algorithm]);
    });

    it('is never Winograd when direct convolution is asked for', () => {
      setConvolutionAlgorithm('direct');
      expect(chosen([32, 16, 16, 3, 1])).toEqual(['direct']);
      expect(chosen([14, 256, 256, 3, 1])).toEqual(['patches']);
    });
  });
});
