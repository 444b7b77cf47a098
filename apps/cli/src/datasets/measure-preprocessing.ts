import { imagenetNormalization, measureImages, type ImageSource } from '@resnet-ts/data-pipelines/images';
import type { ImageFolderData } from '@resnet-ts/training';
import type { ImagesOfRun, Preprocessing } from '../run/preprocessing.js';
import { formatCount } from '../format.js';
import { wantsMeasuredColours } from './image-augmentation.js';

export interface MeasureOptions {
  readonly seed: number;
  readonly workers: number;
  readonly images: ImagesOfRun;
  readonly note: (line: string) => void;
}

/**
 * What a recipe does to pixels, measured on the training images where it asks for that: once a run, since a hundred
 * thousand images take minutes.
 */
export async function measurePreprocessing(
  source: ImageSource,
  data: ImageFolderData,
  { seed, workers, images, note }: MeasureOptions,
): Promise<Preprocessing> {
  const { size, normalization, evaluation, onBroken } = data;
  const fixed = { shape: [size, size, 3] as const, classNames: source.classNames };
  const { mean, deviation } = imagenetNormalization;
  if (normalization === 'imagenet' && !wantsMeasuredColours(data)) {
    return { ...fixed, mean: repeated(mean, size), deviation: Float32Array.from(deviation), images };
  }
  const count = Math.min(data.measuredImages, source.count);
  note(`Measuring mean and colours of ${formatCount(count)} training images`);
  const measured = await measureImages(source, {
    ...{ size, shorterSide: evaluation.shorterSide, images: count, seed, workers, onBroken },
  });
  const withColours = wantsMeasuredColours(data) ? { ...images, colours: measured.colours } : images;
  const ones = Float32Array.of(1, 1, 1);
  switch (normalization) {
    case 'per-pixel-mean':
      return { ...fixed, mean: measured.perPixelMean, deviation: ones, images: withColours };
    case 'measured':
      return {
        ...fixed,
        mean: repeated(measured.mean, size),
        // A set of one colour has none; dividing by it would make infinities of nothing.
        deviation: Float32Array.from(measured.deviation, (value) => (value > 0 ? value : 1)),
        images: withColours,
      };
    case 'imagenet':
      return { ...fixed, mean: repeated(mean, size), deviation: Float32Array.from(deviation), images: withColours };
  }
}

/** A mean of each colour as one of each pixel. */
function repeated(mean: readonly number[], size: number): Float32Array {
  return Float32Array.from({ length: size * size * 3 }, (_, at) => mean[at % 3] ?? 0);
}
