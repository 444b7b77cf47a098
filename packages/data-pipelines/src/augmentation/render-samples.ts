import { checkInteger } from '../batches/check-batch-options.js';
import { createImageLoader } from '../batches/image-loader.js';
import type { ImageLimits } from '../images/render-image.js';
import type { ImageSource, RefusedImage } from '../sources/image-source.js';
import { checkAugmentation } from './check-augmentation.js';
import { drawSamples } from './draw-samples.js';
import type { ImageAugmentation } from './image-augmentation.js';

export interface RenderSamplesOptions {
  /** Positions in the source. */
  readonly images: Uint32Array;
  readonly augmentation: ImageAugmentation;
  /** How many epochs are drawn, from the first. */
  readonly epochs: number;
  readonly seed: number;
  readonly limits?: ImageLimits;
}

/** One image as training sees it. */
export interface ImageSamples {
  readonly image: number;
  /** One an epoch: `[size, size, 3]`, 0–255, cut off at both ends for the eye. */
  readonly samples: readonly Uint8Array[];
}

/**
 * Images augmented as training with the same seed has them in its first epochs, for people to look at. Images that
 * cannot be decoded are left out and listed.
 *
 * @throws ArgumentError where an argument does not fit
 * @example
 * const { rows } = await renderSamples(train, { images: Uint32Array.of(0, 7), augmentation: paperAugmentation, epochs: 6, seed: 1 });
 */
export async function renderSamples(
  source: ImageSource,
  { images, augmentation, epochs, seed, limits }: RenderSamplesOptions,
): Promise<{ readonly rows: readonly ImageSamples[]; readonly broken: readonly RefusedImage[] }> {
  checkAugmentation(augmentation);
  checkInteger('epochs', epochs, 1, 1000);
  for (const image of images) checkInteger('images', image, 0, source.count - 1);
  const { size, kernel } = augmentation;
  const normalization = { mean: new Float32Array(3), deviation: Float32Array.of(1, 1, 1) };
  const context = { size, kernel, normalization, limits };
  const loader = createImageLoader(source, { context, workers: 0, onBroken: 'skip' });
  const draws = Array.from({ length: epochs }, (_, epoch) => drawSamples(augmentation, { seed, epoch }));
  const rows: ImageSamples[] = [];
  for (const image of images) {
    const samples: Uint8Array[] = [];
    for (const draw of draws) {
      const { pixels, labels } = await loader.load({ images: Uint32Array.of(image), draw });
      if (labels.length > 0) samples.push(toBytes(pixels));
    }
    if (samples.length > 0) rows.push({ image, samples });
  }
  return { rows, broken: loader.broken() };
}

function toBytes(pixels: Float32Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.max(0, Math.min(255, Math.round(value))));
}
