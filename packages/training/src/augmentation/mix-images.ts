import { createCounterRandom, type StepRandomness } from '@resnet-ts/tensor-ops';
import type { Mixing } from '../recipe/mixing-schema.js';
import { betaVariate } from './beta-variate.js';
import type { ImageValues } from './image-values.js';

/** How the images of one step are mixed: image i with image `partners[i]`, of which 1 − `share` is seen. */
export interface Mixture {
  readonly kind: 'mixup' | 'cutmix';
  /** λ: the part of the first image, and of its label in the loss. */
  readonly share: number;
  readonly partners: Uint32Array;
  /** Of cutmix: rows and columns of the second image, ends left out. */
  readonly box: Box;
}

interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

const NO_BOX: Box = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * What a step mixes: a pure function of seed and step. One λ and one rectangle for the batch, partners by a permutation
 * of it, as in the code of both papers; λ of cutmix is then the part of the area that is left, as the rectangle ends at
 * the edges of the image.
 *
 * @returns undefined where the batch stays as it is
 */
export function drawMixture(
  mixing: Mixing,
  { images, height, width }: Pick<ImageValues, 'images' | 'height' | 'width'>,
  { seed, step }: StepRandomness,
): Mixture | undefined {
  const draw = (purpose: string) => createCounterRandom({ seed, purpose: `mixing:${purpose}`, epoch: step });
  const choice = draw('choice');
  if (choice.uniform(0) >= mixing.probability) return undefined;
  const { mixup, cutmix } = mixing;
  const kind = cutmix === undefined || (mixup !== undefined && choice.integer(2, 1) === 0) ? 'mixup' : 'cutmix';
  const alpha = (kind === 'mixup' ? mixup : cutmix)?.alpha ?? 1;
  const share = betaVariate(draw('share'), alpha);
  const partners = draw('partners').permutation(images);
  if (kind === 'mixup') return { kind, share, partners, box: NO_BOX };
  const place = draw('box');
  const side = Math.sqrt(1 - share);
  const [top, bottom] = span(place.integer(height, 0), Math.floor(height * side), height);
  const [left, right] = span(place.integer(width, 1), Math.floor(width * side), width);
  const kept = 1 - ((bottom - top) * (right - left)) / (height * width);
  return { kind, share: kept, partners, box: { top, bottom, left, right } };
}

/** `length` pixels around a centre, cut at the edges. */
function span(centre: number, length: number, size: number): [number, number] {
  const start = centre - Math.floor(length / 2);
  return [Math.max(0, start), Math.min(size, start + length)];
}

/** New values of mixed images; the values given stay. Each is computed in float64 and rounded once. */
export function mixImages({ values, ...shape }: ImageValues, { kind, share, partners, box }: Mixture): Float32Array {
  const { images, height, width, channels } = shape;
  const size = height * width * channels;
  const mixed = values.slice();
  for (let image = 0; image < images; image += 1) {
    const own = image * size;
    const other = (partners[image] ?? image) * size;
    if (kind === 'mixup') {
      for (let at = 0; at < size; at += 1)
        mixed[own + at] = share * (values[own + at] ?? 0) + (1 - share) * (values[other + at] ?? 0);
      continue;
    }
    for (let row = box.top; row < box.bottom; row += 1) {
      const [from, to] = [(row * width + box.left) * channels, (row * width + box.right) * channels];
      mixed.set(values.subarray(other + from, other + to), own + from);
    }
  }
  return mixed;
}
