import type { PixelImage } from './test-images.js';

/** A part of an image that the network looks at, in pixels. */
export interface View {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  /** Flipped left to right. */
  readonly mirrored: boolean;
}

/**
 * Writes the pixels of a view, row-major `[height, width, channels]`, to `target` from `offset` on.
 *
 * @example
 * const [view] = singleCrop().views(image.height, image.width);
 * cutView(image, view, pixels, 0);
 */
export function cutView(
  { width, channels, values }: PixelImage,
  view: View,
  target: Float32Array,
  offset: number,
): void {
  let place = offset;
  for (let y = view.top; y < view.top + view.height; y += 1) {
    const row = (y * width + view.left) * channels;
    if (!view.mirrored) {
      target.set(values.subarray(row, row + view.width * channels), place);
      place += view.width * channels;
      continue;
    }
    for (let x = view.width - 1; x >= 0; x -= 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        target[place] = values[row + x * channels + channel] ?? Number.NaN;
        place += 1;
      }
    }
  }
}
