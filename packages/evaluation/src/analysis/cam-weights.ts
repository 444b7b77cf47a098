import { ArgumentError, expected } from '@resnet-ts/tensor-ops';

/** How channels are weighed: by their mean gradient, or by pixels that pull the class up (Grad-CAM++). */
export type CamMethod = 'grad-cam' | 'grad-cam++';

/**
 * The weight of every channel of one image.
 *
 * Grad-CAM: the mean of the gradient over positions. Grad-CAM++: Σ α·ReLU(g), α = g² / (2·g² + g³·Σ A), the closed form
 * for a score under exp (its equation 19); α = 0 where g = 0.
 *
 * @param activations A, `[positions, channels]`
 * @param gradient g, likewise
 * @throws ArgumentError for another method
 */
export function channelWeights(
  activations: Float32Array,
  gradient: Float32Array,
  channels: number,
  method: CamMethod,
): Float64Array {
  switch (method) {
    case 'grad-cam':
      return sumOverPositions(gradient, channels, (g) => g).map((sum) => (sum * channels) / gradient.length);
    case 'grad-cam++': {
      const totals = sumOverPositions(activations, channels, (a) => a);
      return sumOverPositions(gradient, channels, (g, k) => {
        const denominator = 2 * g ** 2 + g ** 3 * (totals[k] ?? 0);
        return denominator === 0 ? 0 : (g ** 2 / denominator) * Math.max(0, g);
      });
    }
    default:
      throw new ArgumentError(expected("'grad-cam' or 'grad-cam++'", 'method', method));
  }
}

function sumOverPositions(
  values: Float32Array,
  channels: number,
  f: (value: number, channel: number) => number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let index = 0; index < values.length; index += 1) {
    const k = index % channels;
    sums[k] = (sums[k] ?? 0) + f(values[index] ?? Number.NaN, k);
  }
  return sums;
}
