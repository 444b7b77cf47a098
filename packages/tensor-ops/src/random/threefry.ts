/**
 * Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a block cipher
 * made weak enough to be fast, whose outputs for counters 0, 1, 2, … pass every test of TestU01. Only 32-bit add,
 * rotate and xor: the same words on every machine. It is no source of secrets.
 */
const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const ROUNDS = 20;

/**
 * Two random 32-bit words, a pure function of key and counter.
 *
 * @example
 * threefry([0, 0], [0, 0]); // [0x6b200159, 0x99ba4efe]
 */
export function threefry(
  key: readonly [number, number],
  counter: readonly [number, number],
): [first: number, second: number] {
  const keys = [key[0] | 0, key[1] | 0, PARITY ^ key[0] ^ key[1]] as const;
  let first = (counter[0] + keys[0]) | 0;
  let second = (counter[1] + keys[1]) | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const rotation = ROTATIONS[(round & 7) as 0];
    first = (first + second) | 0;
    second = ((second << rotation) | (second >>> (32 - rotation))) ^ first;
    if ((round & 3) === 3) {
      const injection = (round + 1) >> 2;
      first = (first + keys[(injection % 3) as 0]) | 0;
      second = (second + keys[((injection + 1) % 3) as 1] + injection) | 0;
    }
  }
  return [first >>> 0, second >>> 0];
}
