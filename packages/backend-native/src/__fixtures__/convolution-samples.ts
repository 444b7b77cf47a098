import { seededValues } from '@resnet-ts/test-utils';
import { loadNative } from '../load-addon.js';

/** A 3×3 convolution of stride 1 and padding 1 over square images. */
export interface ConvolutionSize {
  readonly batch: number;
  readonly side: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
}

/** What a convolution computes: its output, or one of its two gradients. */
export type ConvolutionPart = 'forward' | 'data gradient' | 'filter gradient';

/** Errors of a sample of the values of one tensor against sums in float64. */
export interface SampledErrors {
  /** Root mean square of the errors, over that of the values. */
  readonly rms: number;
  /** The largest error, over the root mean square of the values. */
  readonly maximum: number;
}

interface Tensors {
  readonly x: Float32Array;
  readonly filter: Float32Array;
  readonly dy: Float32Array;
}

/** Inputs of zero mean and equal variance, the same for the same size. */
export function convolutionInputs({ batch, side, inputChannels, outputChannels }: ConvolutionSize): Tensors {
  const pixels = batch * side * side;
  return {
    x: seededValues(pixels * inputChannels, 11),
    filter: seededValues(9 * inputChannels * outputChannels, 12),
    dy: seededValues(pixels * outputChannels, 13),
  };
}

/** Runs one part on the instruction set and algorithm in use. */
export function runPart(part: ConvolutionPart, size: ConvolutionSize, { x, filter, dy }: Tensors): Float32Array {
  const { batch, side, inputChannels, outputChannels } = size;
  const addon = loadNative();
  const integers = Int32Array.of(batch, side, side, inputChannels, 3, 3, 1, 1, 1, 1, 1, side, side, outputChannels, 0);
  const numbers = Float64Array.of(0);
  const result = new Float32Array({ forward: dy, 'data gradient': x, 'filter gradient': filter }[part].length);
  if (part === 'forward') addon.convolution(integers, numbers, x, filter, result);
  else if (part === 'data gradient') addon.convolutionInputGradient(integers, numbers, dy, filter, result);
  else addon.convolutionFilterGradient(integers, numbers, x, dy, result);
  return result;
}

/** Compares about `count` values, evenly spread at a stride that shares no factor with a tile or a vector. */
export function sampleErrors(
  part: ConvolutionPart,
  size: ConvolutionSize,
  tensors: Tensors,
  actual: Float32Array,
  count = 3000,
): SampledErrors {
  const stride = Math.max(1, Math.floor(actual.length / count)) | 1;
  const exact = { forward: exactForward, 'data gradient': exactData, 'filter gradient': exactFilter }[part];
  let squares = 0;
  let errorSquares = 0;
  let maximum = 0;
  let samples = 0;
  for (let at = 0; at < actual.length; at += stride, samples++) {
    const wanted = exact(size, tensors, at);
    const error = Math.abs((actual[at] ?? NaN) - wanted);
    squares += wanted * wanted;
    errorSquares += error * error;
    maximum = Math.max(maximum, error);
  }
  return { rms: Math.sqrt(errorSquares / squares), maximum: maximum / Math.sqrt(squares / samples) };
}

const value = (values: Float32Array, at: number): number => values[at] ?? NaN;

function exactForward(
  { side, inputChannels, outputChannels }: ConvolutionSize,
  { x, filter }: Tensors,
  at: number,
): number {
  const [k, column, row, n] = digits(at, outputChannels, side, side);
  let sum = 0;
  for (let tap = 0; tap < 9; tap++) {
    const [top, left] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
    if (top < 0 || left < 0 || top >= side || left >= side) continue;
    const pixel = ((n * side + top) * side + left) * inputChannels;
    for (let c = 0; c < inputChannels; c++)
      sum += value(x, pixel + c) * value(filter, (tap * inputChannels + c) * outputChannels + k);
  }
  return sum;
}

function exactData(
  { side, inputChannels, outputChannels }: ConvolutionSize,
  { dy, filter }: Tensors,
  at: number,
): number {
  const [c, column, row, n] = digits(at, inputChannels, side, side);
  let sum = 0;
  for (let tap = 0; tap < 9; tap++) {
    const [top, left] = [row - Math.floor(tap / 3) + 1, column - (tap % 3) + 1];
    if (top < 0 || left < 0 || top >= side || left >= side) continue;
    const pixel = ((n * side + top) * side + left) * outputChannels;
    const weights = (tap * inputChannels + c) * outputChannels;
    for (let k = 0; k < outputChannels; k++) sum += value(dy, pixel + k) * value(filter, weights + k);
  }
  return sum;
}

function exactFilter(
  { batch, side, inputChannels, outputChannels }: ConvolutionSize,
  { x, dy }: Tensors,
  at: number,
): number {
  const [k, c, tap] = digits(at, outputChannels, inputChannels, 9);
  let sum = 0;
  for (let pixel = 0; pixel < batch * side * side; pixel++) {
    const [column, row, n] = digits(pixel, side, side, batch);
    const [top, left] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
    if (top < 0 || left < 0 || top >= side || left >= side) continue;
    const from = ((n * side + top) * side + left) * inputChannels + c;
    sum += value(x, from) * value(dy, pixel * outputChannels + k);
  }
  return sum;
}

/** The digits of a number in mixed radix, lowest first; a fourth holds what is left. */
function digits(at: number, first: number, second: number, third: number): [number, number, number, number] {
  const rest = Math.floor(at / first);
  const last = Math.floor(rest / second);
  return [at % first, rest % second, last % third, Math.floor(last / third)];
}
