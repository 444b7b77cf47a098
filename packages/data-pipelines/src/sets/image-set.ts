import { ArgumentError, ShapeError, expected } from '@resnet-ts/tensor-ops';

/**
 * Labelled images in memory, as they were stored: bytes 0–255, `[N, H, W, C]`, channels last.
 * `images` and `labels` may lie in shared memory; treat both as read-only.
 */
export interface ImageSet {
  /** `[N · H · W · C]`, 0–255. */
  readonly images: Uint8Array;
  /** `[N]`, from 0 to `classes - 1`. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** Bytes of one image. */
export function imageBytes(set: Pick<ImageSet, 'height' | 'width' | 'channels'>): number {
  return set.height * set.width * set.channels;
}

/** The labels of some images, given by their positions in the set. */
export function labelsOf(set: Pick<ImageSet, 'labels'>, images: Uint32Array): Int32Array {
  return Int32Array.from(images, (image) => set.labels[image] ?? 0);
}

/**
 * Refuses a set whose sizes or labels do not fit together, so that nothing later reads past an end.
 *
 * @throws ShapeError when `images` or `labels` has another length than the sizes say.
 * @throws ArgumentError when a size is not a positive integer or a label is out of range.
 */
export function checkImageSet(set: ImageSet): void {
  for (const size of ['count', 'height', 'width', 'channels', 'classes'] as const) {
    if (!Number.isSafeInteger(set[size]) || set[size] < 1) {
      throw new ArgumentError(expected('an integer >= 1', `set.${size}`, set[size]));
    }
  }
  const bytes = set.count * imageBytes(set);
  if (set.images.length !== bytes) {
    const sizes = `${set.count} × ${set.height} × ${set.width} × ${set.channels}`;
    throw new ShapeError(expected(`${bytes} values (${sizes})`, 'set.images', set.images.length));
  }
  if (set.labels.length !== set.count) {
    throw new ShapeError(expected(`${set.count} labels, one an image`, 'set.labels', set.labels.length));
  }
  const wrong = set.labels.findIndex((label) => label >= set.classes);
  if (wrong >= 0) {
    throw new ArgumentError(
      expected(`a label from 0 to ${set.classes - 1}`, `set.labels[${wrong}]`, set.labels[wrong]),
    );
  }
}

/**
 * Zeroed bytes in shared memory. Loader workers read the images where they lie; otherwise each run with workers would
 * copy the whole set once (154 MB for CIFAR-10).
 */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
