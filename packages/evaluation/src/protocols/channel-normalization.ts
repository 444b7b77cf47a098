import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

export interface ChannelNormalizationOptions {
  /** Of each channel, in the unit of the pixels. */
  readonly mean: readonly number[];
  /** Default: 1 for every channel. */
  readonly deviation?: readonly number[];
}

/**
 * (x − mean) / deviation, channel by channel: fits images of every size, which a mean per pixel does not. Where a
 * network was trained with a mean per pixel (the paper's CIFAR), this is its mean over the pixels, for larger images.
 *
 * @returns a function of images `[N, H, W, C]`
 * @throws ArgumentError for values that are not finite, deviations that are not above 0 or lists of different lengths
 */
export function channelNormalization({
  mean,
  deviation = mean.map(() => 1),
}: ChannelNormalizationOptions): (images: tf.Tensor4D) => tf.Tensor4D {
  if (mean.length === 0 || !mean.every(Number.isFinite)) {
    throw new ArgumentError(expected('a finite number for each channel', 'mean', mean));
  }
  if (deviation.length !== mean.length || !deviation.every((value) => Number.isFinite(value) && value > 0)) {
    throw new ArgumentError(expected(`${mean.length} finite numbers above 0`, 'deviation', deviation));
  }
  return (images) =>
    tf.tidy(() => tf.div<tf.Tensor4D>(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation])));
}
