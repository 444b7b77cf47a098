import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { planView, resamplePixels } from './resample-view.js';
import type { ResamplingKernel } from './resampling-weights.js';
import { shorterSideSize } from './view.js';

/** Decoded pixels, 0–255, row-major `[height, width, channels]`. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  /** 1 or 3. */
  readonly channels: number;
  readonly values: Uint8Array;
}

/**
 * Scales decoded pixels to a shorter side, the aspect kept: to the bit as the images of files are.
 *
 * @throws ArgumentError for other channels than 1 and 3, or more than 4 million pixels
 * @example
 * const { width, height } = scalePixels({ height: 32, width: 32, channels: 3, values }, 37);
 */
export function scalePixels(image: Pixels, shorterSide: number, kernel: ResamplingKernel = 'linear'): Pixels {
  const { height, width, channels, values } = image;
  if (channels !== 1 && channels !== 3) throw new ArgumentError(expected('1 or 3', 'channels', channels));
  const size = shorterSideSize(width, height, shorterSide);
  const plan = planView(size, kernel, width, height);
  const colours =
    channels === 3
      ? values
      : Uint8Array.from({ length: 3 * values.length }, (_, at) => values[Math.floor(at / 3)] ?? 0);
  const scaled = plan === undefined ? undefined : resamplePixels(colours, plan);
  if (scaled === undefined) {
    const received = `${width}×${height} to ${size.width}×${size.height}`;
    throw new ArgumentError(expected('at most 4 million pixels', 'an image that is scaled', received));
  }
  return { ...size, channels, values: channels === 3 ? scaled : scaled.filter((_, at) => at % 3 === 0) };
}
