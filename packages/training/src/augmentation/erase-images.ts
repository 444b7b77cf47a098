import { createCounterRandom, type CounterRandom, type StepRandomness } from '@resnet-ts/tensor-ops';
import type { Erasing } from '../recipe/mixing-schema.js';
import type { ImageValues } from './image-values.js';

/** Rows and columns, ends left out. */
export interface ErasedBox {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** As often torchvision looks for a rectangle that fits before it leaves the image as it is. */
const ATTEMPTS = 10;

/**
 * What is erased of one image: a pure function of seed, step and place in the batch.
 *
 * @returns undefined where the image stays as it is
 */
export function drawErased(
  erasing: Erasing,
  image: number,
  { height, width }: { readonly height: number; readonly width: number },
  random: CounterRandom,
): ErasedBox | undefined {
  if (erasing.kind === 'cutout') {
    const start = (size: number, lane: number) => random.integer(size, image, lane) - Math.floor(erasing.size / 2);
    const [top, left] = [start(height, 0), start(width, 1)];
    return {
      ...{ top: Math.max(0, top), bottom: Math.min(height, top + erasing.size) },
      ...{ left: Math.max(0, left), right: Math.min(width, left + erasing.size) },
    };
  }
  if (random.uniform(image, 0) >= erasing.probability) return undefined;
  const [least, most] = erasing.area;
  const [narrow, wide] = erasing.aspect;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const lane = 1 + 4 * attempt;
    const area = height * width * (least + (most - least) * random.uniform(image, lane));
    // Equal chances for 1 : a and a : 1, as in torchvision; the paper's own code is uniform in a.
    const aspect = narrow * (wide / narrow) ** random.uniform(image, lane + 1);
    const rows = Math.round(Math.sqrt(area * aspect));
    const columns = Math.round(Math.sqrt(area / aspect));
    if (rows >= height || columns >= width) continue;
    const top = random.integer(height - rows + 1, image, lane + 2);
    const left = random.integer(width - columns + 1, image, lane + 3);
    return { top, bottom: top + rows, left, right: left + columns };
  }
  return undefined;
}

/** Sets to 0 what is erased of each image, in place. */
export function eraseImages({ values, ...shape }: ImageValues, erasing: Erasing, { seed, step }: StepRandomness): void {
  const { images, height, width, channels } = shape;
  const random = createCounterRandom({ seed, purpose: `erasing:${erasing.kind}`, epoch: step });
  for (let image = 0; image < images; image += 1) {
    const box = drawErased(erasing, image, shape, random);
    if (box === undefined) continue;
    for (let row = box.top; row < box.bottom; row += 1) {
      const start = (image * height + row) * width;
      values.fill(0, (start + box.left) * channels, (start + box.right) * channels);
    }
  }
}
