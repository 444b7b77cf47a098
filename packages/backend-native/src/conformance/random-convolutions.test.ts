import { seededValues } from '@resnet-ts/test-utils';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from '../__fixtures__/instruction-sets.js';
import { nativeSuite } from '../__fixtures__/native-suite.js';
import { directBound, winogradBound } from '../__fixtures__/winograd-bound.js';
import { loadNative, nativeStatus, setConvolutionAlgorithm } from '../index.js';
import type { ConvolutionAlgorithm } from '../index.js';

/** Sizes around the widths of vectors and tiles of every instruction set, whole vectors of them all among them. */
const channels = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 31, 32, 33, 48, 64);
const side = fc.integer({ min: 1, max: 13 });
const padding = fc.integer({ min: 0, max: 3 });
const shapes = fc
  .record({
    ...{ batch: fc.integer({ min: 1, max: 4 }), height: side, width: side, inputs: channels, outputs: channels },
    // 3×3 of stride 1 twice as often: they are what has two algorithms.
    window: fc.constantFrom(
      ...([
        [3, 3],
        [3, 3],
        [1, 1],
        [7, 7],
        [5, 2],
      ] as const),
    ),
    stride: fc.constantFrom(1, 1, 2, 3),
    ...{ top: padding, bottom: padding, left: padding, right: padding },
  })
  .map((shape) => {
    const { height, width, window, stride, top, bottom, left, right } = shape;
    const rows = Math.floor((height + top + bottom - window[0]) / stride) + 1;
    const columns = Math.floor((width + left + right - window[1]) / stride) + 1;
    return { ...shape, rows, columns };
  })
  .filter(({ rows, columns }) => rows > 0 && columns > 0);

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

/** Forward, data gradient and filter gradient, straight through the addon. */
function run(shape: Shape, set: string, algorithm: ConvolutionAlgorithm): Float32Array[] {
  const { batch, height, width, inputs, outputs, window, stride, top, bottom, left, right, rows, columns } = shape;
  const addon = loadNative();
  addon.selectInstructionSet(set);
  setConvolutionAlgorithm(algorithm);
  const sizes = [batch, height, width, inputs, ...window, stride, top, bottom, left, right, rows, columns, outputs, 0];
  const integers = Int32Array.from(sizes);
  const numbers = Float64Array.of(0);
  const x = seededValues(batch * height * width * inputs, 1);
  const filter = seededValues(window[0] * window[1] * inputs * outputs, 2);
  const dy = seededValues(batch * rows * columns * outputs, 3);
  const y = new Float32Array(dy.length).fill(NaN);
  const dx = new Float32Array(x.length).fill(NaN);
  const dFilter = new Float32Array(filter.length).fill(NaN);
  addon.convolution(integers, numbers, x, filter, y);
  addon.convolutionInputGradient(integers, numbers, dy, filter, dx);
  addon.convolutionFilterGradient(integers, numbers, x, dy, dFilter);
  return [y, dx, dFilter];
}

/** The largest difference of each result, over its bound for sums of that many products of variance 1/9. */
function excesses(
  shape: Shape,
  algorithm: ConvolutionAlgorithm,
  actual: Float32Array[],
  wanted: Float32Array[],
): number[] {
  const { batch, inputs, outputs, window, stride, rows, columns } = shape;
  const taps = window[0] * window[1];
  const winograd = algorithm === 'fast' && window[0] === 3 && window[1] === 3 && stride === 1;
  const tiles = batch * Math.ceil(rows / 4) * Math.ceil(columns / 4);
  const sums = [
    { terms: taps * inputs, bound: winogradBound('output', inputs) },
    { terms: taps * outputs, bound: winogradBound('output', outputs) },
    // A tile sums 16 products, those outside the image with zero.
    { terms: winograd ? 16 * tiles : batch * rows * columns, bound: winogradBound('filter gradient', tiles) },
  ];
  return sums.map(({ terms, bound }, at) => {
    const { maximum } = winograd ? bound : directBound(terms);
    const scale = Math.sqrt(terms) / 3;
    const expected = wanted[at] ?? new Float32Array();
    return (actual[at] ?? expected).reduce((largest, value, i) => {
      // Math.max keeps a NaN.
      return Math.max(largest, Math.abs(value - (expected[i] ?? NaN)) / scale / maximum);
    }, 0);
  });
}

nativeSuite('convolutions of random shapes', () => {
  const status = nativeStatus();
  const sets = supportedInstructionSets();

  afterAll(() => {
    if (!status.loaded) return;
    loadNative().selectInstructionSet(status.instructionSet);
    setConvolutionAlgorithm(status.convolution);
  });

  describe.each(sets.filter((set) => set !== 'reference'))('%s', (set) => {
    it.each(['fast', 'direct'] as const)('agree with the scalar reference: %s', (algorithm) => {
      let largest = 0;
      fc.assert(
        fc.property(shapes, (shape) => {
          const wanted = run(shape, 'reference', 'direct');
          for (const excess of excesses(shape, algorithm, run(shape, set, algorithm), wanted)) {
            expect(excess).toBeLessThanOrEqual(1);
            largest = Math.max(largest, excess);
          }
        }),
        { seed: 1, numRuns: 150 },
      );
      console.log(`${set}, ${algorithm}: largest error ${largest.toFixed(2)} of its bound`);
    });
  });
});
