import { channelNormalization } from '@resnet-ts/evaluation';
import * as tf from '@tensorflow/tfjs-core';
import type { Preprocessing } from '../run/preprocessing.js';

/**
 * What happens to pixels before the network of a run sees them. A mean per pixel is subtracted as it is from crops of
 * the network's own size, and as its mean over the pixels from everything else, which has other sizes.
 *
 * @param crops whether the images are crops of the network's own size
 * @returns a function of images `[N, H, W, C]`, 0–255
 */
export function preparation(
  { shape, mean, deviation }: Pick<Preprocessing, 'shape' | 'mean' | 'deviation'>,
  crops: boolean,
): (images: tf.Tensor4D) => tf.Tensor4D {
  const perPixel = mean.length === shape[0] * shape[1] * shape[2];
  if (crops && perPixel) {
    return (images) =>
      tf.tidy(() => tf.div<tf.Tensor4D>(tf.sub(images, tf.tensor3d(mean, [...shape])), tf.tensor1d(deviation)));
  }
  return channelNormalization({ mean: channelMeans(mean, shape[2]), deviation: [...deviation] });
}

/** `[H · W · C]` to `[C]`. */
function channelMeans(mean: Float32Array, channels: number): number[] {
  const sums = new Array<number>(channels).fill(0);
  mean.forEach((value, place) => {
    sums[place % channels] = (sums[place % channels] ?? 0) + value;
  });
  return sums.map((sum) => (sum * channels) / mean.length);
}
