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
          while (first < count) {
            const places = Array.from({ length: Math.min(batchSize, count - first) }, (_, k) => first + k);
            const indices = places.map((place) => Math.floor((place * images.size) / count));
            first += places.length;
            const value = await loadBatch(model, images, indices);
            if (value !== undefined) return { value };
          }
          // What a stream gives when it is done is not looked at.
          return { value: undefined as unknown as Batch, done: true };
        },
      };
    },
  };
}

/** Undefined where no image can be decoded. */
async function loadBatch(
  model: TestedModel,
  images: OpenedImages,
  indices: readonly number[],
): Promise<Batch | undefined> {
  const { found, pixels } = await centreViews(model, images, indices);
  if (found.length === 0) return undefined;
  return {
    images: prepareViews(model, pixels),
    labels: tf.tensor1d(
      found.map((index) => images.label(index)),
      'int32',
    ),
  };
}

/** What can be seen of some images. */
interface CentreViews {
  /** Those that can be decoded, in the order given. */
  readonly found: readonly number[];
  /** Their middles, 0–255, one after the other: `[N · H · W · C]` of the network's input. */
  readonly pixels: Float32Array;
}

/** The middle of some images; those that cannot be decoded are left out. */
export async function centreViews(
  model: TestedModel,
  images: OpenedImages,
  indices: readonly number[],
): Promise<CentreViews> {
  const [height, width, channels] = model.network.inputShape;
  const { protocol } = memberOf(model, images, { protocol: 'center-crop' });
  const [shorterSide = height] = protocol.shorterSides;
  const size = height * width * channels;
  const decoded = await Promise.all(
    indices.map(async (index) => ({ index, image: await images.image(index, shorterSide) })),
  );
  const whole = decoded.flatMap(({ index, image }) => (image === undefined ? [] : [{ index, image }]));
  const pixels = new Float32Array(whole.length * size);
  whole.forEach(({ image }, place) => {
    const [view] = protocol.views(image.height, image.width);
    if (view !== undefined) cutView(image, view, pixels, place * size);
  });
  return { found: whole.map(({ index }) => index), pixels };
}

/** Views of the network's own size as it takes them; the caller disposes the tensor. */
export function prepareViews({ network, preprocessing }: TestedModel, pixels: Float32Array): tf.Tensor4D {
  const [height, width, channels] = network.inputShape;
  const prepare = preparation(preprocessing, true);
  const count = pixels.length / (height * width * channels);
  return tf.tidy(() => prepare(tf.tensor4d(pixels, [count, height, width, channels])));
}
