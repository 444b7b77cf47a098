import { ArgumentError, expected } from '@resnet-ts/tensor-ops';

/** Ends of an interval, as fractions. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Of the standard normal distribution, at 97.5 %: a 95 % interval. */
const QUANTILE_95 = 1.959963984540054;

/**
 * Wilson's score interval of a share, e.g. of an error: unlike ± z·√(p(1 − p)/n) it stays within 0 and 1 and is not empty
 * at 0 mistakes (Wilson 1927; Brown, Cai and DasGupta 2001 recommend it for all n).
 *
 * It says how far the error on other images of the same kind may lie, not how far another seed's network may.
 *
 * @param count how many of `total`
 * @param quantile of the standard normal: 1.96 (default) for 95 %, 2.576 for 99 %
 * @returns NaN ends for a total of 0
 * @throws ArgumentError unless 0 ≤ count ≤ total are integers and quantile is above 0
 *
 * @example
 * wilsonInterval(875, 10_000); // { lower: 0.0821, upper: 0.0932 }: the paper's ResNet-20
 */
export function wilsonInterval(count: number, total: number, quantile = QUANTILE_95): Interval {
  if (!Number.isSafeInteger(total) || total < 0) throw new ArgumentError(expected('an integer >= 0', 'total', total));
  if (!Number.isSafeInteger(count) || count < 0 || count > total) {
    throw new ArgumentError(expected(`an integer from 0 to ${total}`, 'count', count));
  }
  if (!(quantile > 0)) throw new ArgumentError(expected('a number above 0', 'quantile', quantile));
  if (total === 0) return { lower: Number.NaN, upper: Number.NaN };
  const share = count / total;
  const square = quantile ** 2;
  const scale = 1 + square / total;
  const centre = (share + square / (2 * total)) / scale;
  const half = (quantile / scale) * Math.sqrt((share * (1 - share)) / total + square / (4 * total ** 2));
  // At the ends the exact bound is 0 or 1, which rounding misses by 1e-17.
  return { lower: count === 0 ? 0 : centre - half, upper: count === total ? 1 : centre + half };
}
