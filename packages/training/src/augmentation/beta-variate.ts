import type { CounterRandom } from '@resnet-ts/tensor-ops';

/**
 * A number from Beta(alpha, alpha), as X / (X + Y) with X and Y from Gamma(alpha, 1). In logarithms: for a small alpha
 * both are below the least float64.
 *
 * @param random draws for this number alone
 * @param alpha above 0
 */
export function betaVariate(random: CounterRandom, alpha: number): number {
  return 1 / (1 + Math.exp(logGammaVariate(random, 1, alpha) - logGammaVariate(random, 0, alpha)));
}

/**
 * The logarithm of a number from Gamma(alpha, 1), by Marsaglia and Tsang's rejection ("A simple method for generating
 * gamma variables", 2000), for alpha below 1 with their U^(1 / alpha). Attempt n draws at index n, so nothing is consumed.
 */
function logGammaVariate(random: CounterRandom, stream: number, alpha: number): number {
  const open = (index: number, lane: number): number => (random.uint32(index, lane) + 0.5) / 2 ** 32;
  const lane = 4 * stream;
  const boost = alpha < 1 ? Math.log(open(0, lane + 3)) / alpha : 0;
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let attempt = 0; ; attempt += 1) {
    const x = random.normal(attempt, lane);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(open(attempt, lane + 1)) < x ** 2 / 2 + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + boost;
    }
  }
}
