import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { checkInteger } from '../batches/check-batch-options.js';
import type { ImageAugmentation } from './image-augmentation.js';

/** The largest size of a sample, pixels: a batch of one has 200 MB. */
export const MOST_SIZE = 4096;

/** @throws ArgumentError naming the field, unless every bound is in order and finite */
export function checkAugmentation({ size, crop, jitter, lighting }: ImageAugmentation): void {
  checkInteger('augmentation.size', size, 1, MOST_SIZE);
  if (crop.kind === 'scale-crop') {
    const [least, most] = crop.shorterSide;
    checkInteger('augmentation.crop.shorterSide[0]', least, size, 2 * MOST_SIZE);
    checkInteger('augmentation.crop.shorterSide[1]', most, least, 2 * MOST_SIZE);
  } else {
    checkRange('augmentation.crop.area', crop.area, 1);
    checkRange('augmentation.crop.aspect', crop.aspect, 100);
  }
  for (const [name, value] of Object.entries(jitter ?? {})) checkBetween(`augmentation.jitter.${name}`, value, 1);
  if (lighting === undefined) return;
  checkBetween('augmentation.lighting.deviation', lighting.deviation, 10);
  const { eigenvalues, eigenvectors } = lighting.components;
  for (const value of [...eigenvalues, ...eigenvectors.flat()]) {
    checkBetween('a number of augmentation.lighting.components', Math.abs(value), 100);
  }
}

function checkRange(name: string, [least, most]: readonly [number, number], bound: number): void {
  if (least > 0 && least <= most && most <= bound) return;
  throw new ArgumentError(expected(`two numbers above 0, in order, up to ${bound}`, name, [least, most]));
}

function checkBetween(name: string, value: number, bound: number): void {
  if (value >= 0 && value <= bound) return;
  throw new ArgumentError(expected(`a number from 0 to ${bound}`, name, value));
}
