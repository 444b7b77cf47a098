import { ArgumentError, createCounterRandom, expected } from '@resnet-ts/tensor-ops';
import { type ImageSet, checkImageSet, imageBytes, sharedBytes } from './image-set.js';

export interface SplitOptions {
  /** Images held out. Default 5000, the paper's 45k/5k split of CIFAR-10 (§4.2). */
  readonly validation?: number;
  /**
   * Draws the held-out images at random, the same ones for the same seed. Default: none is drawn, and the *last*
   * images are held out; CIFAR's files are in random order already, and everyone gets the same split without agreeing
   * on a seed.
   */
  readonly seed?: number;
}

/**
 * Splits a training set in two, for choosing schedules; final runs train on all images. The paper gives the sizes
 * (45,000 and 5,000) and not the choice. Both parts keep the order of the set. The parts are copies.
 *
 * @throws ArgumentError unless `validation` leaves at least one image on both sides.
 * @example
 * const { train, validation } = splitTrainValidation(set); // the first 45,000 and the last 5,000 of CIFAR-10
 */
export function splitTrainValidation(
  set: ImageSet,
  { validation = 5_000, seed }: SplitOptions = {},
): { train: ImageSet; validation: ImageSet } {
  checkImageSet(set);
  if (!Number.isSafeInteger(validation) || validation < 1 || validation >= set.count) {
    throw new ArgumentError(expected(`an integer from 1 to ${set.count - 1}`, 'validation', validation));
  }
  const heldOut = new Uint8Array(set.count);
  if (seed === undefined) heldOut.fill(1, set.count - validation);
  else {
    const order = createCounterRandom({ seed, purpose: 'validation-split' }).permutation(set.count);
    for (const image of order.subarray(0, validation)) heldOut[image] = 1;
  }
  return {
    train: select(set, heldOut, 0, set.count - validation),
    validation: select(set, heldOut, 1, validation),
  };
}

function select(set: ImageSet, marks: Uint8Array, mark: number, count: number): ImageSet {
  const bytes = imageBytes(set);
  const part = { ...set, images: sharedBytes(count * bytes), labels: new Uint8Array(count), count };
  let to = 0;
  for (let from = 0; from < set.count; from += 1) {
    if (marks[from] !== mark) continue;
    part.images.set(set.images.subarray(from * bytes, (from + 1) * bytes), to * bytes);
    part.labels[to] = set.labels[from] ?? 0;
    to += 1;
  }
  return part;
}
