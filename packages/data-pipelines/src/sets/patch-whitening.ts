import { ArgumentError, ShapeError, expected } from '@resnet-ts/tensor-ops';
import { checkInteger } from '../batches/check-batch-options.js';
import { checkImageSet, imageBytes, type ImageSet } from './image-set.js';
import { symmetricEigen } from './symmetric-eigen.js';

export interface PatchWhiteningOptions {
  /** `[H · W · C]`, subtracted from every image as in training. */
  readonly mean: Float32Array;
  /** Of the filter, `[k, k, C, outputs]`; outputs even, at most 2 · k · k · C. */
  readonly shape: readonly [number, number, number, number];
  /** Images that are measured, evenly spread over the set. Default 2,000. */
  readonly images?: number;
}

/** Patches lie this many pixels apart: a quarter of them say the same. */
const APART = 2;

/** Part of the variance of a pixel that every component is given on top, so that noise is not blown up. */
const FLOOR = 5e-4;

/**
 * A first filter measured on the training images in place of a random one: the principal components of patches of k×k
 * pixels, those of largest variance first, each scaled to a variance of about 1; in the second half of the outputs their
 * negatives, so that a ReLU loses nothing (arXiv 2404.00498, section 3.2; D. Page's and hlb-CIFAR10's whitening).
 *
 * @returns `[k · k · C · outputs]`
 * @throws ShapeError for a mean of another size; ArgumentError for a shape that no such filter can have
 * @example
 * const filter = patchWhitening(train, { mean: perPixelMean(train), shape: [3, 3, 3, 24] });
 */
export function patchWhitening(
  set: ImageSet,
  { mean, shape, images = 2000 }: PatchWhiteningOptions,
): Float32Array<ArrayBuffer> {
  checkImageSet(set);
  if (mean.length !== imageBytes(set)) throw new ShapeError(expected(`${imageBytes(set)} values`, 'mean', mean.length));
  checkInteger('images', images, 1, Number.MAX_SAFE_INTEGER);
  const [size, width, channels, outputs] = shape;
  const values = size * width * channels;
  const fits = size === width && size <= Math.min(set.height, set.width) && channels === set.channels;
  if (!fits || outputs < 2 || outputs % 2 !== 0 || outputs > 2 * values) {
    const wanted = `[k, k, ${set.channels}, even] with at most two outputs a value of a patch`;
    throw new ArgumentError(expected(wanted, 'shape', shape, 'choose a first convolution of an even width'));
  }
  const { values: variances, vectors } = symmetricEigen(patchCovariance(set, mean, size, Math.min(images, set.count)));
  const floor = (FLOOR * variances.reduce((sum, variance) => sum + variance, 0)) / values;
  const filter = new Float32Array(values * outputs);
  for (let component = 0; component < outputs / 2; component += 1) {
    const scale = 1 / Math.sqrt((variances[component] ?? 0) + floor);
    vectors[component]?.forEach((entry, value) => {
      // Images of one colour have no variance at all, and their filter is 0.
      const weight = Number.isFinite(scale) ? scale * entry : 0;
      filter[value * outputs + component] = weight;
      filter[value * outputs + outputs / 2 + component] = -weight;
    });
  }
  return filter;
}

/** Of the values of a patch, row-major `[k, k, C]`, about their means. */
function patchCovariance(set: ImageSet, mean: Float32Array, size: number, images: number): number[][] {
  const { height, width, channels } = set;
  const values = size * size * channels;
  const sums = new Float64Array(values);
  const products = new Float64Array(values * values);
  const patch = new Float64Array(values);
  let patches = 0;
  for (let index = 0; index < images; index += 1) {
    const start = Math.floor((index * set.count) / images) * imageBytes(set);
    for (let top = 0; top + size <= height; top += APART) {
      for (let left = 0; left + size <= width; left += APART, patches += 1) {
        readPatch(patch, set, mean, { start, top, left, size });
        addPatch(sums, products, patch);
      }
    }
  }
  const average = (at: number): number => (sums[at] ?? 0) / patches;
  return Array.from({ length: values }, (_, row) =>
    Array.from({ length: values }, (_unused, column) => {
      const [low, high] = row < column ? [row, column] : [column, row];
      return (products[low * values + high] ?? 0) / patches - average(low) * average(high);
    }),
  );
}

function readPatch(
  patch: Float64Array,
  { images, width, channels }: ImageSet,
  mean: Float32Array,
  at: { readonly start: number; readonly top: number; readonly left: number; readonly size: number },
): void {
  const row = at.size * channels;
  for (let y = 0; y < at.size; y += 1) {
    const from = ((at.top + y) * width + at.left) * channels;
    for (let x = 0; x < row; x += 1) {
      patch[y * row + x] = (images[at.start + from + x] ?? 0) - (mean[from + x] ?? 0);
    }
  }
}

function addPatch(sums: Float64Array, products: Float64Array, patch: Float64Array): void {
  const values = patch.length;
  for (let row = 0; row < values; row += 1) {
    const value = patch[row] ?? 0;
    sums[row] = (sums[row] ?? 0) + value;
    for (let column = row; column < values; column += 1) {
      const at = row * values + column;
      products[at] = (products[at] ?? 0) + value * (patch[column] ?? 0);
    }
  }
}
