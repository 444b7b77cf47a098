import type { ImageClassifier, NetworkState } from '@resnet-ts/tensor-ops';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** Anything that gives classes their scores: a network here, or one of another library. */
export interface Model {
  readonly classes: number;
  /** Channels of the images it takes. */
  readonly channels: number;
  /**
   * Called inside `tf.tidy`.
   *
   * @param images `[N, H, W, channels]`, pixels as the provider gives them
   * @returns `[N, classes]`
   */
  logits(images: Tensor4D): Tensor2D;
}

/**
 * A network with its weights, as a model. Its batch norms use their running statistics.
 *
 * @param state stays the caller's, and must live as long as the model is used
 * @param prepare from pixels to what the network was trained on; see `channelNormalization`. Default: as they are
 *
 * @example
 * const prepare = channelNormalization({ mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] });
 * const model = networkModel(network, state, prepare);
 */
export function networkModel(
  network: ImageClassifier,
  state: NetworkState,
  prepare: (images: Tensor4D) => Tensor4D = (images) => images,
): Model {
  return {
    classes: network.classes,
    channels: network.inputShape[2],
    logits: (images) => network.apply(prepare(images), state, { training: false }).logits,
  };
}
