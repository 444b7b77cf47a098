import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { expect, test } from 'vitest';
import { betaVariate } from './beta-variate.js';

const SAMPLES = 4000;

/** Of Beta(1, 1) the fraction below x is x, of Beta(0.5, 0.5) it is 2/π·asin √x, of Beta(2, 2) it is 3x² − 2x³. */
const distributions: Readonly<Record<string, (x: number) => number>> = {
  1: (x) => x,
  0.5: (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x)),
  2: (x) => 3 * x ** 2 - 2 * x ** 3,
};

test.each(Object.keys(distributions))(
  'of Beta with an alpha of %s as many lie below x as its distribution says',
  (alpha) => {
    const samples = Array.from({ length: SAMPLES }, (_, epoch) =>
      betaVariate(createCounterRandom({ seed: 1, purpose: 'beta', epoch }), Number(alpha)),
    ).sort((a, b) => a - b);
    const distance = Math.max(
      ...samples.map((x, at) => Math.abs((at + 0.5) / SAMPLES - (distributions[alpha]?.(x) ?? 9))),
    );
    console.log(`Beta(${alpha}, ${alpha}): Kolmogorov distance ${distance.toFixed(4)}`);
    // Exceeded by one seed in a thousand: 1.95 / √n.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(SAMPLES));
  },
);

test('an alpha near 0 gives numbers near 0 and 1, a large one numbers near a half, none of them NaN', () => {
  const draw = (alpha: number) =>
    Array.from({ length: 200 }, (_, epoch) =>
      betaVariate(createCounterRandom({ seed: 2, purpose: 'b', epoch }), alpha),
    );
  for (const value of draw(1e-6)) expect(Math.min(value, 1 - value)).toBeLessThan(1e-3);
  for (const value of draw(1000)) expect(Math.abs(value - 0.5)).toBeLessThan(0.1);
});
