// Imports nothing: loader workers load this file and nothing else, so that they start fast.

/** Where pixels come from: a set of images, the mean to subtract, and the padding that crops may reach into. */
export interface PixelSource {
  /** `[N · H · W · C]`, 0–255. */
  readonly images: Uint8Array;
  /** `[H · W · C]`, in the same units. */
  readonly mean: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Pixels of zeros on each side of an image. */
  readonly pad: number;
}

/** Numbers per sample in `placements`: image, row and column of the crop's corner, and 1 for a mirrored image. */
export const PLACEMENT_FIELDS = 4;

/**
 * Writes a batch `[N, H, W, C]`: of each placed image the mean is subtracted, zeros are padded around, a window of
 * the original size is cut out at (row, column) of the padded image, and the window is mirrored where asked.
 *
 * The zeros are padded *after* the mean is subtracted: the border is the mean image's grey, not black, and the same
 * pixel always loses the same mean wherever the crop puts it.
 *
 * One pass over the output, written by hand: on one core of the machine in the README about 700 thousand 32×32×3
 * samples a second, against 45 thousand for the same through one tensor a sample.
 *
 * @param target `[N · H · W · C]`; every value is written.
 * @param placements `[N · 4]`; row and column from 0 to `2 · pad`. Trusted: the caller checks.
 */
export function fillBatch(target: Float32Array, source: PixelSource, placements: Int32Array): void {
  const { images, mean, height, width, channels, pad } = source;
  const rowValues = width * channels;
  const imageValues = height * rowValues;
  for (let sample = 0; sample * PLACEMENT_FIELDS < placements.length; sample += 1) {
    const [image = 0, row = 0, column = 0, mirrored = 0] = placements.subarray(
      sample * PLACEMENT_FIELDS,
      (sample + 1) * PLACEMENT_FIELDS,
    );
    const down = row - pad;
    const right = column - pad;
    // Output columns whose source lies inside the image.
    const first = Math.max(0, -right);
    const last = Math.min(width, width - right);
    for (let y = 0; y < height; y += 1) {
      const to = sample * imageValues + y * rowValues;
      const sourceRow = y + down;
      if (sourceRow < 0 || sourceRow >= height) {
        target.fill(0, to, to + rowValues);
        continue;
      }
      const meanRow = sourceRow * rowValues + right * channels;
      const imageRow = image * imageValues + meanRow;
      if (mirrored === 0) {
        target.fill(0, to, to + first * channels);
        target.fill(0, to + last * channels, to + rowValues);
        for (let value = first * channels; value < last * channels; value += 1) {
          target[to + value] = (images[imageRow + value] ?? 0) - (mean[meanRow + value] ?? 0);
        }
      } else {
        target.fill(0, to, to + (width - last) * channels);
        target.fill(0, to + (width - first) * channels, to + rowValues);
        for (let x = first; x < last; x += 1) {
          const pixel = to + (width - 1 - x) * channels;
          for (let channel = 0; channel < channels; channel += 1) {
            const value = x * channels + channel;
            target[pixel + channel] = (images[imageRow + value] ?? 0) - (mean[meanRow + value] ?? 0);
          }
        }
      }
    }
  }
}
