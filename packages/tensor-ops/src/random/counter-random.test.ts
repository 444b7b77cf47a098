import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCounterRandom } from './counter-random.js';
import { threefry } from './threefry.js';

function wordsOf(key: readonly [number, number], counter: readonly [number, number]): number[] {
  const words = new Uint32Array(2);
  threefry(words, ...key, ...counter);
  return [...words];
}

describe('threefry', () => {
  // The known answers for threefry2x32, 20 rounds, of the Random123 distribution (Salmon et al. 2011), file kat_vectors.
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('key %j, counter %j gives %j', (key, counter, words) => {
    expect(wordsOf(key, counter)).toEqual(words);
  });
});

const random = createCounterRandom({ seed: 1, purpose: 'test' });

describe('createCounterRandom', () => {
  it('follows its definition, word for word', () => {
    // FNV-1a of "a" is 0xe40c292c by the algorithm's published test vectors.
    const [key0 = 0, key1 = 0] = wordsOf([7, 2], [0xe40c292c, 3]);
    const [word = 0] = wordsOf([key0, key1], [11, 5]);
    const defined = createCounterRandom({ seed: 2 * 2 ** 32 + 7, purpose: 'a', epoch: 3 });
    expect(defined.uint32(11, 5)).toBe(word);
    expect(defined.uniform(11, 5)).toBe((word >>> 8) / 2 ** 24);
  });

  it('is a pure function: order and repetition change nothing', () => {
    const again = createCounterRandom({ seed: 1, purpose: 'test' });
    const backwards = Array.from({ length: 50 }, (_, index) => again.normal(49 - index)).reverse();
    const forwards = Array.from({ length: 50 }, (_, index) => random.normal(index));
    expect(backwards).toEqual(forwards);
  });

  it.each([
    ['seed', createCounterRandom({ seed: 2, purpose: 'test' })],
    ['high half of the seed', createCounterRandom({ seed: 2 ** 32 + 1, purpose: 'test' })],
    ['purpose', createCounterRandom({ seed: 1, purpose: 'tesT' })],
    ['epoch', createCounterRandom({ seed: 1, purpose: 'test', epoch: 1 })],
  ])('depends on the %s', (_, other) => {
    const equal = Array.from({ length: 64 }, (__, index) => index).filter((i) => other.uint32(i) === random.uint32(i));
    expect(equal).toEqual([]);
  });

  it('keeps uniform in [0, 1) and exact in float32, with the moments of a uniform distribution', () => {
    const values = Array.from({ length: 20_000 }, (_, index) => random.uniform(index, index % 3));
    expect(values.every((value) => value >= 0 && value < 1 && Math.fround(value) === value)).toBe(true);
    // Standard errors: mean 0.2887 / sqrt(20000) = 0.002, variance 0.0745 / sqrt(20000) = 0.0005; five of each.
    expect(mean(values)).toBeGreaterThan(0.49);
    expect(mean(values)).toBeLessThan(0.51);
    expect(Math.abs(variance(values) - 1 / 12)).toBeLessThan(0.0026);
  });

  it('keeps normal standard, without correlation of neighbours or lanes', () => {
    const values = Array.from({ length: 20_000 }, (_, index) => random.normal(index));
    expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance(values) - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
    const neighbours = values.slice(1).map((value, index) => value * (values[index] ?? 0));
    expect(Math.abs(mean(neighbours))).toBeLessThan(5 / Math.sqrt(20_000));
    const lanes = values.map((value, index) => value * random.normal(index, 1));
    expect(Math.abs(mean(lanes))).toBeLessThan(5 / Math.sqrt(20_000));
  });

  it('draws integers below the bound, all of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(), (bound, index) => {
        const value = random.integer(bound, index);
        return Number.isInteger(value) && value >= 0 && value < bound;
      }),
    );
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let index = 0; index < 7000; index++) {
      const value = random.integer(7, index);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // Binomial(7000, 1/7): deviation 29; five of them.
    expect(counts.every((count) => Math.abs(count - 1000) < 147)).toBe(true);
  });

  it('permutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), (n, seed) => {
        const order = createCounterRandom({ seed, purpose: 'shuffle' }).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, index) => index));
      }),
    );
    expect(random.permutation(100)).not.toEqual(Uint32Array.from({ length: 100 }, (_, index) => index));
    expect(random.permutation(100)).toEqual(random.permutation(100));
  });

  it('reaches every permutation of three about equally often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = createCounterRandom({ seed, purpose: 'shuffle' }).permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect([...counts.values()].every((count) => Math.abs(count - 1000) < 145)).toBe(true);
  });

  it('refuses a bad seed, epoch or bound', () => {
    expect(() => createCounterRandom({ seed: -1, purpose: 'x' })).toThrow(
      'expected an integer >= 0 for seed, received -1',
    );
    expect(() => createCounterRandom({ seed: 0.5, purpose: 'x' })).toThrow('for seed, received 0.5');
    expect(() => createCounterRandom({ seed: 1, purpose: 'x', epoch: 2 ** 32 })).toThrow(
      'for epoch, received 4294967296',
    );
    expect(() => random.integer(0, 1)).toThrow('for bound, received 0');
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}
