import { type ImageSet, checkImageSet, imageBytes } from './image-set.js';

/**
 * The mean image of a set: for every pixel and channel the mean over all images, in units of the stored bytes (0–255).
 * Take it from the training images only and subtract it everywhere (paper §3.4 and §4.2, "per-pixel mean subtracted").
 * Sums are exact integers, so the result does not depend on the order of the images.
 *
 * @returns `[H · W · C]`.
 * @throws ShapeError or ArgumentError when the set does not fit together.
 * @example
 * const mean = perPixelMean(train); // CIFAR-10: 3072 values from 104 to 138
 */
export function perPixelMean(set: ImageSet): Float32Array {
  checkImageSet(set);
  const values = imageBytes(set);
  const sums = new Float64Array(values);
  for (let image = 0; image < set.count; image += 1) {
    const from = image * values;
    for (let value = 0; value < values; value += 1) {
      sums[value] = (sums[value] ?? 0) + (set.images[from + value] ?? 0);
    }
  }
  return Float32Array.from(sums, (sum) => sum / set.count);
}
