import { basename } from 'node:path';
import type { PixelImage } from '@resnet-ts/evaluation';
import { DataError, expected } from '@resnet-ts/tensor-ops';
import type * as tf from '@tensorflow/tfjs-core';
import { decodeImage } from '../images/decode-image.js';
import type { Model } from '../run/open-model.js';
import { openTestImages } from '../test-images/open-test-images.js';
import { tellBroken } from '../test-images/tell-broken.js';
import { centreViews, prepareViews } from './test-batches.js';

/** Images that a person wants to see a network look at. */
export interface ShownImages {
  /** Names, for captions and files. */
  readonly names: readonly string[];
  /** `[N, H, W, C]`, prepared for the network; the caller's to dispose. */
  readonly tensor: tf.Tensor4D;
  /** What the network sees, 0–255. */
  readonly pixels: readonly PixelImage[];
}

export interface ShowImagesOptions {
  readonly data: string;
  /** How many, where no file is named. */
  readonly examples: number;
  readonly note: (line: string) => void;
}

/**
 * Image files as `predict` sees them, or without any the first test images of the run.
 *
 * @throws DataError for files that are no images
 */
export async function showImages(
  model: Model,
  paths: readonly string[],
  options: ShowImagesOptions,
): Promise<ShownImages> {
  const [height, width, channels] = model.network.inputShape;
  const { names, values } = await (paths.length > 0 ? readFiles(model, paths) : readSet(model, options));
  const size = height * width * channels;
  const pixels = names.map((_, index) => ({
    ...{ height, width, channels },
    values: values.subarray(index * size, (index + 1) * size),
  }));
  // A copy, because a backend may take over the array it is given.
  return { names, tensor: prepareViews(model, values.slice()), pixels };
}

interface NamedViews {
  readonly names: readonly string[];
  readonly values: Float32Array;
}

async function readFiles({ network }: Model, paths: readonly string[]): Promise<NamedViews> {
  const [height, width, channels] = network.inputShape;
  const values = new Float32Array(paths.length * height * width * channels);
  for (const [index, path] of paths.entries()) {
    values.set(await decodeImage(path, [height, width, channels]), index * height * width * channels);
  }
  return { names: paths.map((path) => basename(path)), values };
}

async function readSet(model: Model, { data, examples, note }: ShowImagesOptions): Promise<NamedViews> {
  const images = await openTestImages(model, { data, sample: { examples, from: 'beginning' } });
  const indices = Array.from({ length: Math.min(examples, images.size) }, (_, index) => index);
  const { found, pixels } = await centreViews(model, images, indices);
  tellBroken(images.broken(), note);
  if (found.length === 0) {
    throw new DataError(images.name, expected('an image that can be decoded', 'the first ones', 'none', 'name files'));
  }
  return { names: found.map((index) => images.id(index)), values: pixels };
}
