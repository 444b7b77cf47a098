import { ArgumentError, expected, nearestName, type ImageClassifier, type NetworkState } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

/** The output of a block, on the host. */
export interface FeatureMaps {
  readonly block: string;
  /** `[N, H, W, C]`, row-major in `values`. */
  readonly shape: readonly [images: number, height: number, width: number, channels: number];
  readonly values: Float32Array;
}

export interface FeatureMapsOptions {
  readonly network: ImageClassifier;
  /** Left as it is. */
  readonly state: NetworkState;
  /** `[N, H, W, C]`, prepared as for the network; stays the caller's. */
  readonly images: tf.Tensor4D;
  /** Names of blocks: `stem`, `layer1.0`, …, `features.0` for VGG. Default: all. */
  readonly blocks?: readonly string[] | undefined;
}

/**
 * What blocks put out for some images, after their last ReLU, in the order of the network.
 *
 * @throws ArgumentError for a block that the network does not have, with the nearest name
 *
 * @example
 * const [stem] = await featureMaps({ network, state, images, blocks: ['stem'] });
 * featureMap(stem, 0, 5); // channel 5 of the first image
 */
export async function featureMaps({ network, state, images, blocks }: FeatureMapsOptions): Promise<FeatureMaps[]> {
  const kept = new Map<string, tf.Tensor4D>();
  const names: string[] = [];
  const output = (block: string, y: tf.Tensor4D): undefined => {
    names.push(block);
    if (blocks === undefined || blocks.includes(block)) kept.set(block, tf.keep(tf.clone(y)));
  };
  try {
    tf.tidy(() => void network.apply(images, state, { training: false, observe: { output } }));
    for (const block of blocks ?? []) assertBlock(block, names);
    return await Promise.all(
      [...kept].map(async ([block, y]) => ({ block, shape: y.shape, values: Float32Array.from(await y.data()) })),
    );
  } finally {
    for (const tensor of kept.values()) tensor.dispose();
  }
}

/** @throws ArgumentError for a block that is not among the names observed */
export function assertBlock(block: string, names: readonly string[]): void {
  if (names.includes(block)) return;
  const near = nearestName(block, names);
  const remedy = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  throw new ArgumentError(expected('the name of a block', 'block', block, remedy));
}

/** One channel of one image: a picture in grey. */
export interface HeatMap {
  readonly height: number;
  readonly width: number;
  /** Row-major `[height, width]`. */
  readonly values: Float32Array;
}

/**
 * One map out of many.
 *
 * @throws ArgumentError for an image or a channel that is not there
 */
export function featureMap({ shape, values }: FeatureMaps, image: number, channel: number): HeatMap {
  const [images, height, width, channels] = shape;
  for (const [name, index, count] of [
    ['image', image, images],
    ['channel', channel, channels],
  ] as const) {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new ArgumentError(expected(`an integer from 0 to ${count - 1}`, name, index));
    }
  }
  const first = image * height * width * channels + channel;
  return {
    height,
    width,
    values: Float32Array.from({ length: height * width }, (_, k) => values[first + k * channels] ?? Number.NaN),
  };
}
