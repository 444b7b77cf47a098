import { cutView } from '@resnet-ts/evaluation';
import type { Batch, BatchStream } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import { memberOf, type TestedModel } from '../test-images/member-of.js';
import type { OpenedImages } from '../test-images/opened-images.js';
import { preparation } from '../test-images/preparation.js';

export interface TestBatchesOptions {
  /** How many images, spread evenly over the set; all of them where it has fewer. */
  readonly examples: number;
  readonly batchSize: number;
}

/** Test images as a network sees them in the single view: the middle, prepared, the same ones in the same order always. */
export function testBatches(
  model: TestedModel,
  images: OpenedImages,
  { examples, batchSize }: TestBatchesOptions,
): BatchStream {
  const count = Math.min(examples, images.size);
  return {
    iterator: async () => {
      let first = 0;
      return {
        next: async () => {
          const places = Array.from({ length: Math.min(batchSize, count - first) }, (_, k) => first + k);
          const indices = places.map((place) => Math.floor((place * images.size) / count));
          first += places.length;
          // What a stream gives when it is done is not looked at.
          if (places.length === 0) return { value: undefined as unknown as Batch, done: true };
          return { value: await loadBatch(model, images, indices) };
        },
      };
    },
  };
}

async function loadBatch(model: TestedModel, images: OpenedImages, indices: readonly number[]): Promise<Batch> {
  const pixels = await centreViews(model, images, indices);
  return {
    images: prepareViews(model, pixels),
    labels: tf.tensor1d(
      indices.map((index) => images.label(index)),
      'int32',
    ),
  };
}

/** The middle of some images, 0–255, one after the other: `[N · H · W · C]` of the network's input. */
export async function centreViews(
  model: TestedModel,
  images: OpenedImages,
  indices: readonly number[],
): Promise<Float32Array> {
  const [height, width, channels] = model.network.inputShape;
  const { protocol } = memberOf(model, images, { protocol: 'center-crop' });
  const [shorterSide = height] = protocol.shorterSides;
  const size = height * width * channels;
  const pixels = new Float32Array(indices.length * size);
  const wholes = await Promise.all(indices.map(async (index) => images.image(index, shorterSide)));
  wholes.forEach((whole, place) => {
    const [view] = protocol.views(whole.height, whole.width);
    if (view !== undefined) cutView(whole, view, pixels, place * size);
  });
  return pixels;
}

/** Views of the network's own size as it takes them; the caller disposes the tensor. */
export function prepareViews({ network, preprocessing }: TestedModel, pixels: Float32Array): tf.Tensor4D {
  const [height, width, channels] = network.inputShape;
  const prepare = preparation(preprocessing, true);
  const count = pixels.length / (height * width * channels);
  return tf.tidy(() => prepare(tf.tensor4d(pixels, [count, height, width, channels])));
}
