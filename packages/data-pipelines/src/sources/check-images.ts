import { renderImage, type ImageLimits } from '../images/render-image.js';
import { UnreadableImage } from '../images/unreadable-image.js';
import { shorterSideSize } from '../images/view.js';
import type { ImageSource, RefusedImage } from './image-source.js';
import { createLocationReader } from './read-location.js';

export interface CheckImagesOptions {
  readonly limits?: ImageLimits;
  /** Called after each image with how many are done. */
  readonly onProgress?: (done: number) => void;
}

export interface CheckedImages {
  /** The images that can be decoded, in the order they had. */
  readonly whole: ImageSource;
  /** The others, in the order they had. */
  readonly broken: readonly RefusedImage[];
}

/** Images in work at once: libuv decodes with 4 threads. */
const AT_ONCE = 6;

/** Shorter side of what is decoded, pixels: all bytes of a file are read for it, and few pixels are made. */
const PROBE_SIDE = 32;

/**
 * Decodes every image once, and leaves out those that cannot be: what training does on its way, before tests, which
 * must not replace images.
 *
 * @throws what reading throws for other reasons than the image, such as too many open files
 * @example
 * const { whole, broken } = await checkImages(await openImageFolder('imagenet/val'));
 */
export async function checkImages(
  source: ImageSource,
  { limits, onProgress }: CheckImagesOptions = {},
): Promise<CheckedImages> {
  const reader = createLocationReader(limits?.bytes);
  const reasons = new Map<number, string>();
  const frame = (width: number, height: number) => shorterSideSize(width, height, PROBE_SIDE);
  let next = 0;
  let done = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < source.count) {
      const image = next++;
      try {
        await renderImage(await reader.read(source.location(image)), { frame, kernel: 'nearest', limits });
      } catch (cause) {
        if (!(cause instanceof UnreadableImage)) throw cause;
        reasons.set(image, cause.message);
      }
      done += 1;
      onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
  const images = Uint32Array.from({ length: source.count }, (_, image) => image);
  const broken = [...images].flatMap((image) => {
    const reason = reasons.get(image);
    return reason === undefined ? [] : [{ id: source.id(image), reason }];
  });
  return {
    whole: selectImages(
      source,
      images.filter((image) => !reasons.has(image)),
    ),
    broken,
  };
}

/**
 * Some images of a source, in the order given: a part for a try, or a split.
 *
 * @throws RangeError when an image that is not there is asked for
 * @example
 * const hundred = selectImages(source, createCounterRandom({ seed: 1, purpose: 'part' }).permutation(source.count).subarray(0, 100));
 */
export function selectImages(source: ImageSource, images: Uint32Array): ImageSource {
  const at = (index: number): number => images[index] ?? source.count;
  return {
    ...source,
    count: images.length,
    label: (index) => source.label(at(index)),
    id: (index) => source.id(at(index)),
    location: (index) => source.location(at(index)),
  };
}
