import { createCounterRandom } from '@resnet-ts/tensor-ops';

/** Elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * `low + u · (high − low)` in float32, rounded after the product and after the sum: the very bits of `uniform_tensor`
 * in tools/parity-fixtures. Double arithmetic rounded once equals float32 arithmetic for a single operation.
 */
export function uniformValues(seed: number, purpose: string, count: number, low: number, high: number): Float32Array {
  const random = createCounterRandom({ seed, purpose });
  const start = Math.fround(low);
  const width = Math.fround(Math.fround(high) - start);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = Math.fround(random.uniform(index) * width) + start;
  return values;
}

/** Whole numbers from low to high − 1. */
export function integerValues(seed: number, purpose: string, count: number, low: number, high: number): Int32Array {
  const random = createCounterRandom({ seed, purpose });
  return Int32Array.from({ length: count }, (_, index) => Math.floor(random.uniform(index) * (high - low)) + low);
}

/** The positions at which a golden of `count` elements was sampled. */
export function samplePositions(name: string, count: number, samples: number): Int32Array {
  return integerValues(0, `positions/${name}`, samples, 0, count);
}
