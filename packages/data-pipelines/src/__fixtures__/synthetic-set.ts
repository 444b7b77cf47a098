import { createCounterRandom } from '@resnet-ts/tensor-ops';
import type { ImageSet } from '../sets/image-set.js';

/** A set of random pixels; image `i` has label `i mod classes`. */
export function syntheticSet(
  count: number,
  { height = 8, width = 8, channels = 3, classes = 10 }: Partial<ImageSet> = {},
): ImageSet {
  const random = createCounterRandom({ seed: 7, purpose: 'test-pixels' });
  return {
    images: Uint8Array.from({ length: count * height * width * channels }, (_, index) => random.integer(256, index)),
    labels: Uint8Array.from({ length: count }, (_, index) => index % classes),
    ...{ count, height, width, channels, classes },
  };
}
