import { blockSize, MemoryPool } from '@resnet-ts/backend-core';
import { compareValues, deriveTolerance, seededValues } from '@resnet-ts/test-utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { supportedInstructionSets } from './__fixtures__/instruction-sets.js';
import { nativeSuite } from './__fixtures__/native-suite.js';
import { AddonMemory } from './addon-memory.js';
import { loadNative } from './index.js';

const size = fc.integer({ min: 1, max: 70 });
const few = fc.integer({ min: 1, max: 20 });

nativeSuite('random shapes', () => {
  const sets = supportedInstructionSets();

  describe.each(sets)('%s', (set) => {
    it('multiplies matrices of any size, transposed or not', () => {
      const addon = loadNative();
      addon.selectInstructionSet(set);
      fc.assert(
        fc.property(size, size, size, fc.boolean(), fc.boolean(), (rows, columns, inner, transposeA, transposeB) => {
          const a = seededValues(rows * inner, 1);
          const b = seededValues(inner * columns, 2);
          const c = new Float32Array(rows * columns);
          const integers = Int32Array.of(1, rows, columns, inner, Number(transposeA), Number(transposeB));
          addon.matrixMultiply(integers, Float64Array.of(0, 0), a, b, null, c);
          const wanted = Array.from(c, (_, at) => {
            const row = Math.floor(at / columns);
            const column = at % columns;
            let sum = 0;
            for (let k = 0; k < inner; k++) {
              const left = a[transposeA ? k * rows + row : row * inner + k] ?? NaN;
              sum += left * (b[transposeB ? column * inner + k : k * columns + column] ?? NaN);
            }
            return sum;
          });
          expect(compareValues(c, wanted).maximumError).toBeLessThanOrEqual(deriveTolerance(inner));
        }),
        { seed: 1, numRuns: 60 },
      );
    });

    it('sums over any run of axes', () => {
      const addon = loadNative();
      addon.selectInstructionSet(set);
      fc.assert(
        fc.property(few, fc.integer({ min: 1, max: 900 }), few, (outer, reduced, inner) => {
          const x = seededValues(outer * reduced * inner, 3, { minimum: 0 });
          const y = new Float32Array(outer * inner);
          addon.sum(new Int32Array(1), Float64Array.of(outer, reduced, inner, 1), x, y);
          const wanted = new Float64Array(outer * inner);
          x.forEach((value, at) => {
            const output = Math.floor(at / (reduced * inner)) * inner + (at % inner);
            wanted[output] = (wanted[output] ?? NaN) + value;
          });
          expect(compareValues(y, wanted).maximumError).toBeLessThanOrEqual(deriveTolerance(reduced));
        }),
        { seed: 1, numRuns: 12 },
      );
    });
  });

  it('never gives one block to two living tensors, and counts every byte', () => {
    const pool = new MemoryPool(new AddonMemory(loadNative()));
    const others = pool.statistics().inUse;
    const step = fc.record({ length: fc.integer({ min: 0, max: 300 }), release: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const living: Float32Array[] = [];
        const drop = (values: Float32Array | undefined): void => {
          if (values !== undefined) pool.release(values);
        };
        for (const { length, release } of steps) {
          const values = pool.allocate(length);
          pool.retain(values);
          living.push(values);
          if (release % 3 === 0) drop(living.splice(release % living.length, 1)[0]);
          expect(new Set(living.map((array) => array.buffer)).size).toBe(living.length);
          const bytes = living.reduce((total, array) => total + blockSize(array.byteLength), 0);
          expect(pool.statistics().inUse - others).toBe(bytes);
        }
        living.forEach(drop);
      }),
      { seed: 1, numRuns: 30 },
    );
    pool.trim();
  });
});
