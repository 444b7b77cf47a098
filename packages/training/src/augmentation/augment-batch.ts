import type { Batch, StepRandomness } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Recipe } from '../recipe/recipe-schema.js';
import { eraseImages } from './erase-images.js';
import { drawMixture, mixImages } from './mix-images.js';

/** A batch as the network sees it. */
export interface StepBatch extends Batch {
  /** Of mixed images: the labels of the second ones, and the share of the first ones in the loss. */
  readonly mixed?: { readonly labels: Tensor1D; readonly share: number };
}

export function disposeBatch({ images, labels, mixed }: StepBatch): void {
  for (const tensor of [images, labels, ...(mixed === undefined ? [] : [mixed.labels])]) tensor.dispose();
}

/** Whether a recipe changes batches in the step. */
export function augmentsBatches({ mixing, erasing }: Pick<Recipe, 'mixing' | 'erasing'>): boolean {
  return mixing !== undefined || erasing !== undefined;
}

/**
 * A batch with images erased and mixed as the recipe asks, first the one, then the other: a pure function of the batch,
 * the seed and the step. The work is done on the host.
 *
 * @returns new tensors, which the caller disposes; the batch given stays as it is
 */
export function augmentBatch(
  { images, labels }: Batch,
  { mixing, erasing }: Pick<Recipe, 'mixing' | 'erasing'>,
  randomness: StepRandomness,
): StepBatch {
  const [count, height, width, channels] = images.shape;
  const shape = { images: count, height, width, channels };
  // A copy: what a backend reads back may be the tensor's own memory.
  let values: Float32Array = images.dataSync<'float32'>().slice();
  if (erasing !== undefined) eraseImages({ values, ...shape }, erasing, randomness);
  const mixture = mixing && drawMixture(mixing, shape, randomness);
  if (mixture !== undefined) values = mixImages({ values, ...shape }, mixture);
  const result = { images: tf.tensor(values, images.shape, 'float32') as Tensor4D, labels: tf.clone(labels) };
  if (mixture === undefined) return result;
  const own = labels.dataSync();
  const others = Int32Array.from(mixture.partners, (partner) => own[partner] ?? -1);
  return { ...result, mixed: { labels: tf.tensor1d(others, 'int32'), share: mixture.share } };
}
