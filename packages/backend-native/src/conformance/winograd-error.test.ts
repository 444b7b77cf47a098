import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionInputs, runPart, sampleErrors } from '../__fixtures__/convolution-samples.js';
import type { ConvolutionPart, ConvolutionSize } from '../__fixtures__/convolution-samples.js';
import { supportedInstructionSets } from '../__fixtures__/instruction-sets.js';
import { nativeSuite } from '../__fixtures__/native-suite.js';
import { directBound, winogradBound } from '../__fixtures__/winograd-bound.js';
import type { ErrorBound } from '../__fixtures__/winograd-bound.js';
import { loadNative, nativeStatus, setConvolutionAlgorithm } from '../index.js';

/** The stages of ResNet-20, then those of ResNet-18 and ResNet-50, on few and small images: errors grow with sums alone. */
const SIZES: readonly ConvolutionSize[] = [
  { batch: 2, side: 32, inputChannels: 16, outputChannels: 16 },
  { batch: 4, side: 16, inputChannels: 32, outputChannels: 32 },
  { batch: 8, side: 8, inputChannels: 64, outputChannels: 64 },
  { batch: 1, side: 28, inputChannels: 128, outputChannels: 128 },
  { batch: 1, side: 14, inputChannels: 256, outputChannels: 256 },
  { batch: 1, side: 7, inputChannels: 512, outputChannels: 512 },
  // More tiles than one round of the form for large filters holds.
  { batch: 1000, side: 4, inputChannels: 256, outputChannels: 128 },
];
const PARTS: readonly ConvolutionPart[] = ['forward', 'data gradient', 'filter gradient'];

/** Products in one sum of the direct algorithm. */
function directTerms(part: ConvolutionPart, { batch, side, inputChannels, outputChannels }: ConvolutionSize): number {
  if (part === 'filter gradient') return batch * side * side;
  return 9 * (part === 'forward' ? inputChannels : outputChannels);
}

function fastBound(part: ConvolutionPart, size: ConvolutionSize): ErrorBound {
  if (part === 'filter gradient') return winogradBound(part, size.batch * Math.ceil(size.side / 4) ** 2);
  return winogradBound('output', part === 'forward' ? size.inputChannels : size.outputChannels);
}

const CASES = SIZES.flatMap((size) =>
  PARTS.map((part) => ({ size, part, name: `${part}, ${size.side}²×${size.inputChannels}` })),
);
const figure = (error: number): string => (error / 2 ** -24).toFixed(2);

nativeSuite('rounding errors of 3×3 convolutions', () => {
  const status = nativeStatus();
  const sets = supportedInstructionSets();

  afterAll(() => {
    if (!status.loaded) return;
    loadNative().selectInstructionSet(status.instructionSet);
    setConvolutionAlgorithm(status.convolution);
  });

  // The scalar reference has neither Winograd nor speed.
  describe.each(sets.filter((set) => set !== 'reference'))('%s', (set) => {
    beforeAll(() => {
      loadNative().selectInstructionSet(set);
    });

    it.each(CASES)('stay within their bounds: $name', ({ size, part, name }) => {
      const inputs = convolutionInputs(size);
      const bounds = { fast: fastBound(part, size), direct: directBound(directTerms(part, size)) };
      const lines: string[] = [];
      for (const algorithm of ['fast', 'direct'] as const) {
        setConvolutionAlgorithm(algorithm);
        const errors = sampleErrors(part, size, inputs, runPart(part, size, inputs));
        const bound = bounds[algorithm];
        lines.push(
          `${algorithm} rms ${figure(errors.rms)} of ${figure(bound.rms)}, maximum ${figure(errors.maximum)} of ${figure(bound.maximum)}`,
        );
        expect(errors.rms, algorithm).toBeLessThanOrEqual(bound.rms);
        expect(errors.maximum, algorithm).toBeLessThanOrEqual(bound.maximum);
      }
      console.log(`${set}, ${name}, in units of 2⁻²⁴ of the root mean square: ${lines.join('; ')}`);
    });
  });
});
