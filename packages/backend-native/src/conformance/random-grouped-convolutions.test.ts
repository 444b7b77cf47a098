import { compareValues, deriveTolerance, seededValues } from '@resnet-ts/test-utils';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { supportedInstructionSets } from '../__fixtures__/instruction-sets.js';
import { nativeSuite } from '../__fixtures__/native-suite.js';
import { loadNative, nativeStatus } from '../index.js';

/** Channels of a group around the widths of vectors and tiles of every instruction set, whole vectors among them. */
const ofGroup = fc.constantFrom(1, 2, 3, 4, 5, 8, 11, 16, 17, 32);
const side = fc.integer({ min: 1, max: 15 });
const padding = fc.integer({ min: 0, max: 3 });
const shapes = fc
  .record({
    ...{ batch: fc.integer({ min: 1, max: 4 }), height: side, width: side },
    ...{ groups: fc.integer({ min: 1, max: 9 }), groupInputs: ofGroup, groupOutputs: ofGroup },
    // As many inputs as outputs more often than not: ResNeXt and depthwise.
    square: fc.constantFrom(true, true, false),
    window: fc.constantFrom([3, 3] as const, [1, 1] as const, [7, 7] as const, [5, 2] as const),
    stride: fc.constantFrom(1, 1, 2, 3),
    ...{ top: padding, bottom: padding, left: padding, right: padding },
  })
  .map(({ square, groupInputs, ...shape }) => {
    const { height, width, window, stride, top, bottom, left, right, groups } = shape;
    const groupOutputs = square ? groupInputs : shape.groupOutputs;
    const rows = Math.floor((height + top + bottom - window[0]) / stride) + 1;
    const columns = Math.floor((width + left + right - window[1]) / stride) + 1;
    return {
      ...shape,
      groupInputs,
      groupOutputs,
      inputs: groups * groupInputs,
      outputs: groups * groupOutputs,
      rows,
      columns,
    };
  })
  .filter(({ rows, columns }) => rows > 0 && columns > 0);

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

/** Forward, data gradient and filter gradient, straight through the addon. */
function run(shape: Shape, set: string): Float32Array[] {
  const { batch, height, width, inputs, outputs, window, stride, rows, columns, groups, groupInputs } = shape;
  const addon = loadNative();
  addon.selectInstructionSet(set);
  const around = [shape.top, shape.bottom, shape.left, shape.right];
  const integers = Int32Array.of(
    ...[batch, height, width, inputs, ...window, stride, ...around, rows, columns, outputs, groups],
  );
  const numbers = Float64Array.of(0);
  const x = seededValues(batch * height * width * inputs, 1);
  const filter = seededValues(window[0] * window[1] * groupInputs * outputs, 2);
  const dy = seededValues(batch * rows * columns * outputs, 3);
  const y = new Float32Array(dy.length).fill(NaN);
  const dx = new Float32Array(x.length).fill(NaN);
  const dFilter = new Float32Array(filter.length).fill(NaN);
  addon.groupedConvolution(integers, numbers, x, filter, y);
  addon.groupedConvolutionInputGradient(integers, numbers, dy, filter, dx);
  addon.groupedConvolutionFilterGradient(integers, numbers, x, dy, dFilter);
  return [y, dx, dFilter];
}

function longestSums({ batch, rows, columns, window, groupInputs, groupOutputs }: Shape): number[] {
  const taps = window[0] * window[1];
  return [taps * groupInputs, taps * groupOutputs, batch * rows * columns];
}

nativeSuite('grouped convolutions of random shapes', () => {
  const status = nativeStatus();

  afterAll(() => {
    if (status.loaded) loadNative().selectInstructionSet(status.instructionSet);
  });

  describe.each(supportedInstructionSets().filter((set) => set !== 'reference'))('%s', (set) => {
    it('agree with the scalar reference', () => {
      let largest = 0;
      fc.assert(
        fc.property(shapes, (shape) => {
          const wanted = run(shape, 'reference');
          const terms = longestSums(shape);
          run(shape, set).forEach((actual, at) => {
            const { maximumError } = compareValues(actual, wanted[at] ?? []);
            const tolerance = deriveTolerance(terms[at] ?? 0);
            expect(maximumError).toBeLessThanOrEqual(tolerance);
            largest = Math.max(largest, maximumError / tolerance);
          });
        }),
        { seed: 1, numRuns: 150 },
      );
      console.log(`${set}: largest error ${largest.toFixed(2)} of its tolerance`);
    });
  });
});
