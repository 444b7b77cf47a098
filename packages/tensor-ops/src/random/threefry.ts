/**
 * Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a block cipher
 * made weak enough to be fast, whose outputs for counters 0, 1, 2, … pass every test of TestU01. Only 32-bit add,
 * rotate and xor: the same words on every machine. It is no source of secrets.
 */
const PARITY = 0x1bd11bda;
/** Twenty rounds: five groups of four, a piece of the key after each. */
const GROUPS = 5;

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/**
 * Two random 32-bit words, a pure function of key and counter, into `words`: made for every initial value of a network,
 * and pairs returned as arrays took half of that time.
 *
 * @example
 * const words = new Uint32Array(2);
 * threefry(words, 0, 0, 0, 0); // words: [0x6b200159, 0x99ba4efe]
 */
export function threefry(words: Uint32Array, key0: number, key1: number, counter0: number, counter1: number): void {
  // The three words of the extended key, of which each injection uses the first two and then moves on by one.
  let current = key0 | 0;
  let next = key1 | 0;
  let afterNext = PARITY ^ key0 ^ key1;
  let first = (counter0 + current) | 0;
  let second = (counter1 + next) | 0;
  for (let group = 0; group < GROUPS; group++) {
    const even = (group & 1) === 0;
    first = (first + second) | 0;
    second = rotate(second, even ? 13 : 17) ^ first;
    first = (first + second) | 0;
    second = rotate(second, even ? 15 : 29) ^ first;
    first = (first + second) | 0;
    second = rotate(second, even ? 26 : 16) ^ first;
    first = (first + second) | 0;
    second = rotate(second, even ? 6 : 24) ^ first;
    const used = current;
    current = next;
    next = afterNext;
    afterNext = used;
    first = (first + current) | 0;
    second = (second + next + group + 1) | 0;
  }
  words[0] = first;
  words[1] = second;
}
