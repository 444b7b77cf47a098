/** The operations of a residual network written down as their formulas, in float64: the second witness. */
import type { Array64 } from './array64.js';
import { at, fill64, sizeOf } from './array64.js';

export interface Window64 {
  readonly stride: number;
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

function outputSize(size: number, window: number, stride: number, before: number, after: number): number {
  return Math.floor((size + before + after - window) / stride) + 1;
}

function imageShape(x: Array64): [number, number, number, number] {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  return [batch, height, width, channels];
}

/** y[n, i, j, o] = Σ x[n, i·s + u − top, j·s + v − left, c] · filter[u, v, c, o] */
export function convolution64(x: Array64, filter: Array64, { stride, padding }: Window64): Array64 {
  const [batch, height, width] = imageShape(x);
  const [filterHeight, filterWidth, inputs, outputs] = imageShape(filter);
  const outputHeight = outputSize(height, filterHeight, stride, padding.top, padding.bottom);
  const outputWidth = outputSize(width, filterWidth, stride, padding.left, padding.right);
  return fill64([batch, outputHeight, outputWidth, outputs], ([n = 0, i = 0, j = 0, o = 0]) => {
    let sum = 0;
    for (let u = 0; u < filterHeight; u++) {
      for (let v = 0; v < filterWidth; v++) {
        for (let c = 0; c < inputs; c++) {
          sum += at(x, n, i * stride + u - padding.top, j * stride + v - padding.left, c) * at(filter, u, v, c, o);
        }
      }
    }
    return sum;
  });
}

/** Mean and biased variance of each channel. */
export function statistics64(x: Array64): { mean: Array64; variance: Array64 } {
  const [, , , channels] = imageShape(x);
  const count = x.data.length / channels;
  const channelSum = (value: (x: number, channel: number) => number): Array64 => {
    const sums = new Float64Array(channels);
    x.data.forEach((element, index) => {
      sums[index % channels] = (sums[index % channels] ?? 0) + value(element, index % channels);
    });
    return { shape: [channels], data: sums.map((sum) => sum / count) };
  };
  const mean = channelSum((value) => value);
  return { mean, variance: channelSum((value, channel) => (value - at(mean, channel)) ** 2) };
}

/** γ·(x − μ)/√(σ² + ε) + β [+ residual], then [max(0, ·)] */
export function normalize64(
  x: Array64,
  { gamma, beta, mean, variance }: Readonly<Record<'gamma' | 'beta' | 'mean' | 'variance', Array64>>,
  {
    epsilon,
    relu,
    residual,
  }: { readonly epsilon: number; readonly relu: boolean; readonly residual?: Array64 | undefined },
): Array64 {
  const [, , , channels] = imageShape(x);
  const data = x.data.map((value, index) => {
    const c = index % channels;
    const normalized = (value - at(mean, c)) / Math.sqrt(at(variance, c) + epsilon);
    const y = at(gamma, c) * normalized + at(beta, c) + (residual?.data[index] ?? 0);
    return relu ? Math.max(0, y) : y;
  });
  return { shape: x.shape, data };
}

export function relu64(x: Array64): Array64 {
  return { shape: x.shape, data: x.data.map((value) => Math.max(0, value)) };
}

/** Combines the pixels inside the image of each window; `counted` is the size of the whole window. */
function pool64(
  x: Array64,
  { stride, padding, windowSize }: Window64 & { readonly windowSize: number },
  combine: (inside: readonly number[], counted: number) => number,
): Array64 {
  const [batch, height, width, channels] = imageShape(x);
  const outputHeight = outputSize(height, windowSize, stride, padding.top, padding.bottom);
  const outputWidth = outputSize(width, windowSize, stride, padding.left, padding.right);
  return fill64([batch, outputHeight, outputWidth, channels], ([n = 0, i = 0, j = 0, c = 0]) => {
    const inside: number[] = [];
    for (let u = 0; u < windowSize; u++) {
      for (let v = 0; v < windowSize; v++) {
        const row = i * stride + u - padding.top;
        const column = j * stride + v - padding.left;
        if (row >= 0 && row < height && column >= 0 && column < width) inside.push(at(x, n, row, column, c));
      }
    }
    return combine(inside, windowSize * windowSize);
  });
}

export function maxPool64(x: Array64, options: Window64 & { readonly windowSize: number }): Array64 {
  return pool64(x, options, (inside) => Math.max(...inside));
}

export function averagePool64(
  x: Array64,
  options: Window64 & { readonly windowSize: number; readonly countPadding: boolean },
): Array64 {
  return pool64(x, options, (inside, counted) => {
    const sum = inside.reduce((total, value) => total + value, 0);
    return sum / (options.countPadding ? counted : inside.length);
  });
}

export function globalAveragePool64(x: Array64): Array64 {
  const [batch, height, width, channels] = imageShape(x);
  return fill64([batch, channels], ([n = 0, c = 0]) => {
    let sum = 0;
    for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) sum += at(x, n, i, j, c);
    return sum / (height * width);
  });
}

/** y = x·W + b */
export function linear64(x: Array64, weight: Array64, bias: Array64): Array64 {
  const [batch = 0, inputs = 0] = x.shape;
  const [, outputs = 0] = weight.shape;
  return fill64([batch, outputs], ([n = 0, o = 0]) => {
    let sum = at(bias, o);
    for (let i = 0; i < inputs; i++) sum += at(x, n, i) * at(weight, i, o);
    return sum;
  });
}

export function biasAdd64(x: Array64, bias: Array64): Array64 {
  const channels = sizeOf(bias.shape);
  return { shape: x.shape, data: x.data.map((value, index) => value + at(bias, index % channels)) };
}

/** Every stride-th pixel; channels moved up by `channelsBefore`, zeros around them. */
export function zeroPadShortcut64(
  x: Array64,
  {
    stride,
    outputChannels,
    channelsBefore,
  }: { readonly stride: number; readonly outputChannels: number; readonly channelsBefore: number },
): Array64 {
  const [batch, height, width] = imageShape(x);
  const shape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), outputChannels];
  return fill64(shape, ([n = 0, i = 0, j = 0, c = 0]) => at(x, n, i * stride, j * stride, c - channelsBefore));
}

/** Mean of −Σ target·log softmax, a scalar (shape []). */
export function softmaxCrossEntropy64(logits: Array64, labels: readonly number[], labelSmoothing: number): Array64 {
  const [batch = 0, classes = 0] = logits.shape;
  let total = 0;
  for (let n = 0; n < batch; n++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(at(logits, n, k));
    for (let k = 0; k < classes; k++) {
      const target = (labels[n] === k ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      total -= target * (at(logits, n, k) - Math.log(sum));
    }
  }
  return { shape: [], data: Float64Array.of(total / batch) };
}
