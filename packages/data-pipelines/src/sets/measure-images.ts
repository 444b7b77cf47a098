import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { MOST_SIZE } from '../augmentation/check-augmentation.js';
import type { ColourComponents } from '../augmentation/image-augmentation.js';
import { checkInteger } from '../batches/check-batch-options.js';
import { createImageLoader, type BrokenImagePolicy } from '../batches/image-loader.js';
import type { ImageLimits } from '../images/render-image.js';
import type { ImageSource, RefusedImage } from '../sources/image-source.js';
import { symmetricEigen } from './symmetric-eigen.js';

export interface MeasureImagesOptions {
  /** Of the centre crop, pixels. Default 224. */
  readonly size?: number;
  /** Of the scaled image. Default 256. */
  readonly shorterSide?: number;
  /** How many images, chosen by the seed: fb.resnet.torch measured 10,000. Default: all. */
  readonly images?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Default 1. */
  readonly workers?: number;
  /** Default `fail`. */
  readonly onBroken?: BrokenImagePolicy;
  readonly limits?: ImageLimits;
}

/** What a set of images looks like on average, in units of bytes, and its principal colours. */
export interface ImageStatistics {
  /** Images that were measured. */
  readonly images: number;
  readonly broken: readonly RefusedImage[];
  /** `[size · size · 3]` (paper §3.4). */
  readonly perPixelMean: Float32Array;
  /** Of red, green and blue. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  /** For `Lighting`, for pixels in [0, 1]. */
  readonly colours: ColourComponents;
}

/** Decoded at once: 39 MB of crops. */
const BATCH = 64;

/**
 * Mean, deviation and principal colours of the centre crops of a training set. Sums are exact integers, so the result
 * depends neither on order nor on workers.
 *
 * @throws DataError where an image is broken and `onBroken` is `fail`; ArgumentError for sizes out of range
 * @example
 * const { perPixelMean, colours } = await measureImages(train, { images: 10_000, onBroken: 'skip' });
 * const augmentation = { ...paperAugmentation, lighting: { deviation: 0.1, components: colours } };
 */
export async function measureImages(source: ImageSource, options: MeasureImagesOptions = {}): Promise<ImageStatistics> {
  const { size = 224, shorterSide = 256, images = source.count, seed = 0, workers = 1 } = options;
  const { onBroken = 'fail', limits } = options;
  checkInteger('shorterSide', shorterSide, 1, 2 * MOST_SIZE);
  checkInteger('size', size, 1, Math.min(shorterSide, MOST_SIZE));
  checkInteger('images', images, 1, source.count);
  checkInteger('workers', workers, 0, 64);
  const normalization = { mean: new Float32Array(3), deviation: Float32Array.of(1, 1, 1) };
  const context = { size, kernel: 'linear', normalization, limits } as const;
  const loader = createImageLoader(source, { context, workers, onBroken });
  const chosen = createCounterRandom({ seed, purpose: 'measured-images' })
    .permutation(source.count)
    .subarray(0, images);
  const draw = () => ({ frame: { kind: 'centre', shorterSide, size }, mirrored: false }) as const;
  const sums = { pixels: new Float64Array(size * size * 3), products: new Float64Array(9), images: 0 };
  try {
    for (let first = 0; first < images; first += BATCH) {
      const { pixels, labels } = await loader.load({ images: chosen.subarray(first, first + BATCH), draw });
      addBatch(sums, pixels, labels.length);
    }
    return { ...statistics(sums), broken: loader.broken() };
  } finally {
    await loader.close();
  }
}

interface Sums {
  readonly pixels: Float64Array;
  /** `[3 · 3]`: of the products of two colours of a pixel. */
  readonly products: Float64Array;
  images: number;
}

function addBatch(sums: Sums, pixels: Float32Array, images: number): void {
  const { pixels: totals, products } = sums;
  sums.images += images;
  for (let at = 0; at < pixels.length; at += 3) {
    const within = at % totals.length;
    for (let first = 0; first < 3; first += 1) {
      const value = pixels[at + first] ?? 0;
      totals[within + first] = (totals[within + first] ?? 0) + value;
      for (let second = first; second < 3; second += 1) {
        const product = value * (pixels[at + second] ?? 0);
        products[3 * first + second] = (products[3 * first + second] ?? 0) + product;
      }
    }
  }
}

function statistics({ pixels, products, images }: Sums): Omit<ImageStatistics, 'broken'> {
  const count = Math.max(1, (images * pixels.length) / 3);
  const mean = [0, 1, 2].map((colour) => {
    let sum = 0;
    for (let at = colour; at < pixels.length; at += 3) sum += pixels[at] ?? 0;
    return sum / count;
  });
  const covariance = (first: number, second: number): number => {
    const [low, high] = first < second ? [first, second] : [second, first];
    return (products[3 * low + high] ?? 0) / count - (mean[low] ?? 0) * (mean[high] ?? 0);
  };
  const triple = <Entry>(entry: (index: number) => Entry) => [entry(0), entry(1), entry(2)] as const;
  const { values, vectors } = symmetricEigen(
    [0, 1, 2].map((row) => triple((column) => covariance(row, column) / 255 ** 2)),
  );
  return {
    images,
    perPixelMean: Float32Array.from(pixels, (sum) => sum / Math.max(1, images)),
    mean: triple((colour) => mean[colour] ?? 0),
    deviation: triple((colour) => Math.sqrt(Math.max(0, covariance(colour, colour)))),
    colours: {
      eigenvalues: triple((k) => values[k] ?? 0),
      eigenvectors: triple((colour) => triple((k) => vectors[k]?.[colour] ?? 0)),
    },
  };
}
