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
 * One pass over the output, written by hand. Best of 3,000 batches of 128 32×32×3 samples on one core of a 3.2 GHz
 * EPYC, Node 20.20, all cores busy with other work: 82 thousand samples a second, 1.6 ms a batch.
 *
 * @param target `[N · H · W · C]`; every value is written.
 * @param placements `[N · 4]`; row and column from 0 to `2 · pad`. Trusted: the caller checks.
 */
export function fillBatch(target: Float32Array, source: PixelSource, placements: Int32Array): void {
  const { images, mean, height, width, channels, pad } = source;
  const rowValues = width * channels;
  const imageValues = height * rowValues;
  let to = 0;
  for (let sample = 0; sample < placements.length; sample += PLACEMENT_FIELDS) {
    const imageStart = (placements[sample] ?? 0) * imageValues;
    const down = (placements[sample + 1] ?? 0) - pad;
    const right = (placements[sample + 2] ?? 0) - pad;
    const mirrored = placements[sample + 3] === 1;
    // Columns of the window that lie on the image; the others are border.
    const first = Math.max(0, -right);
    const last = Math.min(width, width - right);
    for (let y = 0; y < height; y += 1, to += rowValues) {
      const row = y + down;
      const onImage = row >= 0 && row < height;
      const begin = (onImage ? first : width) * channels;
      const end = (onImage ? last : width) * channels;
      const meanRow = (row * width + right) * channels;
      const imageRow = imageStart + meanRow;
      // Loops rather than `fill` for the border: 64 calls a sample cost a tenth of the whole.
      if (mirrored) {
        for (let value = 0; value < rowValues; value += channels) {
          const pixel = to + rowValues - channels - value;
          const inside = value >= begin && value < end;
          for (let channel = 0; channel < channels; channel += 1) {
            const at = value + channel;
            target[pixel + channel] = inside ? (images[imageRow + at] ?? 0) - (mean[meanRow + at] ?? 0) : 0;
          }
        }
      } else {
        let value = 0;
        for (; value < begin; value += 1) target[to + value] = 0;
        for (; value < end; value += 1) {
          target[to + value] = (images[imageRow + value] ?? 0) - (mean[meanRow + value] ?? 0);
        }
        for (; value < rowValues; value += 1) target[to + value] = 0;
      }
    }
  }
}
