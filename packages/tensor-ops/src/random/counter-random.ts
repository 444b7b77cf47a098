import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import { assertInteger } from '../shape/assert-value.js';
import { threefry } from './threefry.js';

/**
 * Random numbers as pure functions of their arguments: nothing is consumed, so any number of workers, any order and any
 * point of resume sees the same values. `lane` separates several values wanted for one index.
 */
export interface CounterRandom {
  /** 32 random bits. */
  uint32(index: number, lane?: number): number;
  /** In [0, 1), a multiple of 2^-24, so exact in float32. */
  uniform(index: number, lane?: number): number;
  /** Standard normal (Box–Muller), at most 6.7 in size. */
  normal(index: number, lane?: number): number;
  /** From 0 to bound − 1, each equally likely to within bound · 2^-53. `bound` is at most 2^32. */
  integer(bound: number, index: number, lane?: number): number;
  /** The numbers 0 to n − 1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array;
}

export interface CounterRandomOptions {
  /** Integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** What the numbers are for, such as `shuffle` or `init:conv1.weight`: different purposes are independent. */
  readonly purpose: string;
  /** Integer from 0 to 2^32 − 1. Default 0. */
  readonly epoch?: number;
}

/** FNV-1a of the UTF-8 bytes, 32 bits. */
function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const TWO_POW_32 = 4294967296;

/**
 * Random numbers for one seed, purpose and epoch: key = threefry([seed low, seed high], [fnv1a32(purpose), epoch]),
 * words = threefry(key, [index, lane]). Index and lane are integers below 2^32 and are not checked: this is called for
 * every pixel's worth of work.
 *
 * @throws ArgumentError for a seed, purpose or epoch out of range
 * @example
 * const random = createCounterRandom({ seed: 1, purpose: 'flip', epoch: 3 });
 * const flip = random.uniform(sampleIndex) < 0.5;
 */
export function createCounterRandom({ seed, purpose, epoch = 0 }: CounterRandomOptions): CounterRandom {
  assertInteger(seed, 'seed', 0);
  assertInteger(epoch, 'epoch', 0);
  if (epoch >= TWO_POW_32) throw new ArgumentError(expected('an integer below 2^32', 'epoch', epoch));
  if (typeof purpose !== 'string') throw new ArgumentError(expected('a string', 'purpose', purpose));
  const words = new Uint32Array(2);
  threefry(words, seed >>> 0, Math.floor(seed / TWO_POW_32), fnv1a32(purpose), epoch);
  const [key0 = 0, key1 = 0] = words;

  const uint32 = (index: number, lane = 0): number => {
    threefry(words, key0, key1, index, lane);
    return words[0] ?? 0;
  };
  const integer = (bound: number, index: number, lane = 0): number => {
    assertInteger(bound, 'bound', 1);
    if (bound > TWO_POW_32) throw new ArgumentError(expected('an integer up to 2^32', 'bound', bound));
    const high = uint32(index, lane);
    // 53 bits, all a double holds; the product cannot round up to the bound itself.
    return Math.floor((high * 2 ** -32 + ((words[1] ?? 0) >>> 11) * 2 ** -53) * bound);
  };
  return {
    uint32,
    integer,
    uniform: (index, lane) => (uint32(index, lane) >>> 8) * 2 ** -24,
    normal: (index, lane = 0) => {
      // One more keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log((uint32(index, lane) + 1) / TWO_POW_32));
      return radius * Math.cos((2 * Math.PI * (words[1] ?? 0)) / TWO_POW_32);
    },
    permutation: (n) => {
      assertInteger(n, 'n', 0);
      const order = Uint32Array.from({ length: n }, (_, position) => position);
      for (let last = n - 1; last > 0; last--) {
        const chosen = integer(last + 1, last);
        const moved = order[last] ?? 0;
        order[last] = order[chosen] ?? 0;
        order[chosen] = moved;
      }
      return order;
    },
  };
}
