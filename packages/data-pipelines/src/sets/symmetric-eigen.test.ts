import fc from 'fast-check';
import { expect, it } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.js';

it('solves A v = λ v with orthogonal unit vectors, largest value first', () => {
  const symmetric = fc
    .integer({ min: 1, max: 9 })
    .chain((n) =>
      fc
        .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n })
        .map((entries) =>
          Array.from({ length: n }, (_, row) =>
            Array.from(
              { length: n },
              (_unused, column) => entries[Math.min(row, column) * n + Math.max(row, column)] ?? 0,
            ),
          ),
        ),
    );
  fc.assert(
    fc.property(symmetric, (matrix) => {
      const { values, vectors } = symmetricEigen(matrix);
      expect([...values].sort((a, b) => b - a)).toEqual(values);
      vectors.forEach((vector, k) => {
        vectors.forEach((other, l) => expect(dot(vector, other)).toBeCloseTo(k === l ? 1 : 0, 10));
        matrix.forEach((row, r) => expect(dot(row, vector)).toBeCloseTo((values[k] ?? NaN) * (vector[r] ?? NaN), 8));
        expect(Math.max(...vector)).toBeCloseTo(Math.max(...vector.map(Math.abs)), 10);
      });
    }),
  );
});

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, at) => sum + value * (other[at] ?? NaN), 0);
