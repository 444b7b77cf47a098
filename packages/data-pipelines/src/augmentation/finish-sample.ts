// Imports no tensor library: see sample-draw.ts.
import { pixelModule } from '../images/pixel-module.js';
import type { JitterDraw, SampleDraw } from './sample-draw.js';

/** What is subtracted from pixels and what they are divided by, in units of bytes. */
export interface Normalization {
  /** `[3]`, one a colour, or `[size · size · 3]`, one a pixel of the crop. */
  readonly mean: Float32Array;
  /** `[3]`. */
  readonly deviation: Float32Array;
}

/** The weights of red, green and blue in grey (ITU-R 601), as fb.resnet.torch has them. */
const GREY = [0.299, 0.587, 0.114] as const;

/**
 * Writes a sample: the changes of colour, then (x + shift − mean) / deviation, then the mirror. A mean per pixel
 * belongs to the pixel before it is mirrored, as in Caffe. Colours are not cut off at 0 and 255 in between, as
 * in fb.resnet.torch and unlike torchvision.
 *
 * @param target `[size · size · 3]`; every value is written
 * @param values `[size · size · 3]`, 0–255
 */
export function finishSample(
  target: Float32Array,
  values: Uint8Array,
  { size, draw, normalization }: { size: number; draw: Omit<SampleDraw, 'frame'>; normalization: Normalization },
): void {
  const { mirrored, jitter, shift = [0, 0, 0] } = draw;
  const { mean, deviation } = normalization;
  if (jitter === undefined && mean.length === 3) {
    writeByTable(target, values, { size, mirrored, shift, mean, deviation });
    return;
  }
  if (jitter === undefined) {
    writeByPixel(target, values, { size, mirrored, shift, mean, deviation });
    return;
  }
  const pixels = jittered(values, jitter);
  const perPixel = mean.length > 3;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const from = 3 * (row * size + column);
      const to = mirrored ? 3 * (row * size + size - 1 - column) : from;
      for (let colour = 0; colour < 3; colour += 1) {
        const subtracted = mean[perPixel ? from + colour : colour] ?? 0;
        const value = (pixels[from + colour] ?? 0) + (shift[colour] ?? 0) - subtracted;
        target[to + colour] = value / (deviation[colour] ?? 1);
      }
    }
  }
}

/** Where every byte of a colour has one result, 768 results are computed, and looked up in WebAssembly. */
function writeByTable(
  target: Float32Array,
  values: Uint8Array,
  options: { size: number; mirrored: boolean; shift: readonly number[] } & Normalization,
): void {
  const { size, mirrored, shift, mean, deviation } = options;
  const module = pixelModule();
  module.release();
  const source = module.allocate(values.length);
  const table = module.allocate(4 * 768);
  const written = module.allocate(4 * values.length);
  if (written === 0) throw new RangeError(`no memory for a sample of ${size} × ${size}`);
  const { buffer } = module.memory;
  const entries = new Float32Array(buffer, table, 768);
  for (let colour = 0; colour < 3; colour += 1) {
    const offset = (shift[colour] ?? 0) - (mean[colour] ?? 0);
    const divisor = deviation[colour] ?? 1;
    for (let value = 0; value < 256; value += 1) entries[256 * colour + value] = (value + offset) / divisor;
  }
  new Uint8Array(buffer, source).set(values);
  module.writeByTable(source, size, Number(mirrored), table, written);
  target.set(new Float32Array(buffer, written, values.length));
}

/** A mean for every pixel: as fast as the table, since nothing is looked up. */
function writeByPixel(
  target: Float32Array,
  values: Uint8Array,
  options: { size: number; mirrored: boolean; shift: readonly number[] } & Normalization,
): void {
  const { size, mirrored, shift, mean, deviation } = options;
  const [redShift = 0, greenShift = 0, blueShift = 0] = shift;
  const [red = 1, green = 1, blue = 1] = deviation;
  const step = mirrored ? -3 : 3;
  let from = 0;
  for (let row = 0; row < size; row += 1) {
    let to = 3 * (mirrored ? (row + 1) * size - 1 : row * size);
    for (let column = 0; column < size; column += 1, from += 3, to += step) {
      target[to] = ((values[from] ?? 0) + redShift - (mean[from] ?? 0)) / red;
      target[to + 1] = ((values[from + 1] ?? 0) + greenShift - (mean[from + 1] ?? 0)) / green;
      target[to + 2] = ((values[from + 2] ?? 0) + blueShift - (mean[from + 2] ?? 0)) / blue;
    }
  }
}

function jittered(values: Uint8Array, draw: JitterDraw): Float32Array {
  const pixels = Float32Array.from(values);
  for (const step of draw.order) {
    const factor = draw[step];
    const mean = step === 'contrast' ? meanGrey(pixels) : 0;
    for (let at = 0; at < pixels.length; at += 3) {
      const other = (1 - factor) * (step === 'saturation' ? grey(pixels, at) : mean);
      for (let colour = at; colour < at + 3; colour += 1) pixels[colour] = (pixels[colour] ?? 0) * factor + other;
    }
  }
  return pixels;
}

function grey(pixels: Float32Array, at: number): number {
  return GREY[0] * (pixels[at] ?? 0) + GREY[1] * (pixels[at + 1] ?? 0) + GREY[2] * (pixels[at + 2] ?? 0);
}

function meanGrey(pixels: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 3) sum += grey(pixels, at);
  return (3 * sum) / pixels.length;
}
