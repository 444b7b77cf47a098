import { createCounterRandom } from '@resnet-ts/tensor-ops';
import { PLACEMENT_FIELDS } from './fill-batch.js';

/** Training-time augmentation of the paper's CIFAR runs (§4.2) is `{ pad: 4, flip: true }`. */
export interface Augmentation {
  /** Pixels of zeros around the mean-subtracted image, into which the random crop may reach. 0: no crop. */
  readonly pad: number;
  /**
   * Mirror half of the images, left to right: drawn for each epoch, or with `alternate` drawn for the first one, after
   * which every image is mirrored in every other epoch (cifar10-airbench, arXiv 2404.00498), so that two epochs
   * show each image both ways.
   */
  readonly flip: boolean | 'alternate';
}

/**
 * The augmentation of one epoch: for each image where its crop lies and whether it is mirrored. Each draw is a pure
 * function of (seed, epoch, image, purpose); who draws it, when and in what order changes nothing.
 *
 * @returns a function from images to `placements` of `fillBatch`.
 */
export function drawPlacements(
  { pad, flip }: Augmentation,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): (images: Uint32Array) => Int32Array<ArrayBuffer> {
  const crop = createCounterRandom({ seed, purpose: 'random-crop', epoch });
  const alternates = flip === 'alternate';
  const mirror = createCounterRandom({ seed, purpose: 'horizontal-flip', epoch: alternates ? 0 : epoch });
  const turned = alternates ? epoch % 2 : 0;
  const positions = 2 * pad + 1;
  return (images) => {
    const placements = new Int32Array(images.length * PLACEMENT_FIELDS);
    images.forEach((image, sample) => {
      const row = pad === 0 ? 0 : crop.integer(positions, image, 0);
      const column = pad === 0 ? 0 : crop.integer(positions, image, 1);
      const mirrored = flip === false ? 0 : mirror.integer(2, image) ^ turned;
      placements.set([image, row, column, mirrored], sample * PLACEMENT_FIELDS);
    });
    return placements;
  };
}

/** Whole images in place, as they are evaluated. */
export function plainPlacements(images: Uint32Array): Int32Array<ArrayBuffer> {
  const placements = new Int32Array(images.length * PLACEMENT_FIELDS);
  images.forEach((image, sample) => {
    placements[sample * PLACEMENT_FIELDS] = image;
  });
  return placements;
}
