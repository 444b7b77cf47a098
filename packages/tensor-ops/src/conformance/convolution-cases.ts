import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../contracts/image-classifier.js';
import {
  BATCH_NORM,
  BATCH_NORM_GRADIENT,
  CONVOLUTION,
  CONVOLUTION_BATCH_NORM,
  CONVOLUTION_BATCH_NORM_GRADIENT,
  CONVOLUTION_BATCH_NORM_INFERENCE,
  CONVOLUTION_FILTER_GRADIENT,
  CONVOLUTION_INPUT_GRADIENT,
  GROUPED_CONVOLUTION,
  GROUPED_CONVOLUTION_FILTER_GRADIENT,
  GROUPED_CONVOLUTION_INPUT_GRADIENT,
} from '../kernels.js';
import type { Padding2d } from '../kernels.js';
import { batchNorm, batchNormInference } from '../ops/batch-norm.js';
import { convolution } from '../ops/convolution.js';
import { convolutionBatchNormInference } from '../ops/convolution-batch-norm-inference.js';
import { convolutionBatchNorm } from '../ops/convolution-batch-norm.js';
import { groupedConvolution } from '../ops/grouped-convolution.js';
import { windowGeometry, windowOutput } from '../shape/window-geometry.js';
import type { ConformanceCase, InputSpec } from './conformance-case.js';
import { outputsAndGradients } from './conformance-case.js';

interface ConvolutionShape {
  /** `[N, H, W, Cin]` */
  readonly x: readonly [number, number, number, number];
  readonly outputChannels: number;
  readonly window: readonly [height: number, width: number];
  readonly stride: number;
  readonly padding: number | Padding2d;
}

const UNEVEN: Padding2d = { top: 0, bottom: 2, left: 1, right: 0 };

// Odd sizes and channel counts around the widths of vector registers (4, 8, 16), each filter size of the paper's
// networks, images smaller than the filter, and strides that leave pixels over.
const SHAPES: readonly ConvolutionShape[] = [
  { x: [1, 1, 1, 1], outputChannels: 1, window: [1, 1], stride: 1, padding: 0 },
  { x: [1, 1, 1, 3], outputChannels: 5, window: [3, 3], stride: 1, padding: 1 },
  { x: [2, 5, 7, 3], outputChannels: 16, window: [3, 3], stride: 1, padding: 1 },
  { x: [1, 9, 8, 2], outputChannels: 17, window: [3, 3], stride: 2, padding: 1 },
  { x: [3, 7, 5, 17], outputChannels: 17, window: [3, 3], stride: 1, padding: 1 },
  { x: [2, 7, 9, 17], outputChannels: 33, window: [3, 3], stride: 2, padding: 1 },
  { x: [2, 8, 8, 16], outputChannels: 32, window: [3, 3], stride: 2, padding: 1 },
  { x: [2, 9, 17, 16], outputChannels: 16, window: [3, 3], stride: 1, padding: 1 },
  { x: [2, 8, 8, 64], outputChannels: 64, window: [3, 3], stride: 1, padding: 1 },
  { x: [2, 6, 6, 4], outputChannels: 8, window: [3, 3], stride: 1, padding: 0 },
  { x: [2, 6, 7, 5], outputChannels: 6, window: [3, 3], stride: 1, padding: UNEVEN },
  { x: [2, 7, 6, 5], outputChannels: 6, window: [3, 3], stride: 2, padding: UNEVEN },
  { x: [2, 5, 5, 17], outputChannels: 31, window: [1, 1], stride: 1, padding: 0 },
  { x: [3, 7, 5, 16], outputChannels: 64, window: [1, 1], stride: 2, padding: 0 },
  { x: [2, 4, 4, 64], outputChannels: 48, window: [1, 1], stride: 1, padding: 0 },
  { x: [1, 15, 17, 3], outputChannels: 8, window: [7, 7], stride: 2, padding: 3 },
  { x: [2, 6, 5, 3], outputChannels: 17, window: [7, 7], stride: 1, padding: 3 },
  { x: [1, 8, 9, 4], outputChannels: 5, window: [5, 2], stride: 3, padding: 2 },
];

function shapeName({ x, outputChannels, window, stride, padding }: ConvolutionShape): string {
  const around = typeof padding === 'number' ? String(padding) : Object.values(padding).join('/');
  return `${window.join('x')} stride ${stride} padding ${around} of ${x.join('x')} to ${outputChannels}`;
}

function filterOf({ x, outputChannels, window }: ConvolutionShape): InputSpec {
  return { shape: [...window, x[3], outputChannels] };
}

function outputOf(shape: ConvolutionShape): [number, number, number, number] {
  const [height, width] = windowOutput([shape.x[1], shape.x[2]], shape.window, windowGeometry(shape));
  return [shape.x[0], height, width, shape.outputChannels];
}

/** Terms of the longest sum in a convolution and its two gradients. */
function reductionOf(shape: ConvolutionShape, groups = 1): number {
  const [batch, height, width, outputs] = outputOf(shape);
  const taps = shape.window[0] * shape.window[1];
  return Math.max((taps * shape.x[3]) / groups, (taps * outputs) / groups, batch * height * width);
}

function channelInputs(channels: number): Record<string, InputSpec> {
  return {
    gamma: { shape: [channels], minimum: 0.5, maximum: 1.5 },
    beta: { shape: [channels], minimum: -0.5, maximum: 0.5 },
    mean: { shape: [channels], minimum: -0.5, maximum: 0.5 },
    variance: { shape: [channels], minimum: 0.5, maximum: 2 },
  };
}

/** The tensors of a convolution or batch norm case, with their ranks. */
function typed(inputs: NamedTensors) {
  const { x, filter, gamma, beta, mean, variance, residual } = inputs;
  return {
    x: x as Tensor4D,
    filter: filter as Tensor4D,
    affine: { gamma: gamma as Tensor1D, beta: beta as Tensor1D },
    statistics: { mean: mean as Tensor1D, variance: variance as Tensor1D },
    residual: residual === undefined ? {} : { residual: residual as Tensor4D },
  };
}

const VARIANTS = [
  { relu: false, residual: false },
  { relu: true, residual: false },
  { relu: true, residual: true },
  { relu: false, residual: true },
] as const;

function variantName({ relu, residual }: { readonly relu: boolean; readonly residual: boolean }): string {
  return `${residual ? ' + residual' : ''}${relu ? ' + relu' : ''}`;
}

function convolutionCase(shape: ConvolutionShape): ConformanceCase {
  return {
    name: `convolution ${shapeName(shape)}`,
    kernels: [CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_FILTER_GRADIENT],
    inputs: { x: { shape: shape.x }, filter: filterOf(shape) },
    reductionLength: reductionOf(shape),
    run: (inputs) =>
      outputsAndGradients(inputs, ['x', 'filter'], (current) => {
        const { x, filter } = typed(current);
        return { y: convolution(x, filter, shape) };
      }),
  };
}

function fusedCase(shape: ConvolutionShape, index: number): ConformanceCase[] {
  const output = outputOf(shape);
  if (output[0] * output[1] * output[2] < 2) return [];
  const variant = VARIANTS[(index % VARIANTS.length) as 0];
  // Every third case is a first layer, which wants no gradient of its input.
  const differentiateInput = index % 3 !== 2;
  const residual: Record<string, InputSpec> = variant.residual ? { residual: { shape: output } } : {};
  const differentiated = ['filter', 'gamma', 'beta', ...(differentiateInput ? ['x'] : []), ...Object.keys(residual)];
  const inputs = { x: { shape: shape.x }, filter: filterOf(shape), ...channelInputs(output[3]), ...residual };
  const common = { inputs, reductionLength: reductionOf(shape) };
  const suffix = `${shapeName(shape)}${variantName(variant)}`;
  return [
    {
      ...common,
      name: `convolution + batch norm ${suffix}${differentiateInput ? '' : ', input not differentiated'}`,
      kernels: [CONVOLUTION_BATCH_NORM, CONVOLUTION_BATCH_NORM_GRADIENT],
      // The gradient subtracts two means from what it distributes: a difference of numbers of its own size.
      conditioning: 4,
      run: (tensors) =>
        outputsAndGradients(tensors, differentiated, (current) => {
          const { x, filter, affine, statistics, residual: added } = typed(current);
          const options = { ...shape, ...added, relu: variant.relu, differentiateInput, runningFraction: 0.25 };
          const { y, running } = convolutionBatchNorm(x, filter, affine, statistics, options);
          return { y, others: { runningMean: running.mean, runningVariance: running.variance } };
        }),
    },
    {
      ...common,
      name: `convolution + batch norm, inference, ${suffix}`,
      kernels: [CONVOLUTION_BATCH_NORM_INFERENCE],
      conditioning: 2,
      run: (tensors) =>
        outputsAndGradients(tensors, ['x', 'filter', 'gamma', 'beta', ...Object.keys(residual)], (current) => {
          const { x, filter, affine, statistics, residual: added } = typed(current);
          const options = { ...shape, ...added, relu: variant.relu };
          return { y: convolutionBatchNormInference(x, filter, affine, statistics, options) };
        }),
    },
  ];
}

const BATCH_NORM_SHAPES = [
  [5, 1, 1, 3],
  [1, 3, 5, 1],
  [3, 5, 7, 17],
  [2, 8, 8, 16],
  [4, 9, 9, 33],
] as const;

/** Of enough values and channels that no output is a near-cancelling sum of its own. */
const FAR_FROM_ZERO = new Set<readonly number[]>(BATCH_NORM_SHAPES.slice(2, 4));

function batchNormCase(shape: readonly [number, number, number, number]): ConformanceCase[] {
  return VARIANTS.map((variant): ConformanceCase => {
    const residual: Record<string, InputSpec> = variant.residual ? { residual: { shape } } : {};
    const far = FAR_FROM_ZERO.has(shape);
    return {
      name: `batch norm of ${shape.join('x')}${far ? ' far from zero' : ''}${variantName(variant)}`,
      kernels: [BATCH_NORM, BATCH_NORM_GRADIENT],
      // Mean 100, deviation 0.58: a one-pass variance (mean of squares minus square of the mean) is off by 2e-3 here.
      inputs: {
        x: far ? { shape, minimum: 99, maximum: 101 } : { shape },
        ...channelInputs(shape[3]),
        ...residual,
      },
      reductionLength: shape[0] * shape[1] * shape[2],
      conditioning: far ? 170 : 4,
      run: (tensors) =>
        outputsAndGradients(tensors, ['x', 'gamma', 'beta', ...Object.keys(residual)], (current) => {
          const { x, affine, statistics, residual: added } = typed(current);
          const { y, running } = batchNorm(x, affine, statistics, { relu: variant.relu, ...added });
          return { y, others: { runningMean: running.mean, runningVariance: running.variance } };
        }),
    };
  });
}

function batchNormInferenceCase(shape: readonly [number, number, number, number], index: number): ConformanceCase {
  const variant = VARIANTS[(index % VARIANTS.length) as 0];
  const residual: Record<string, InputSpec> = variant.residual ? { residual: { shape } } : {};
  return {
    name: `batch norm, inference, of ${shape.join('x')}${variantName(variant)}`,
    kernels: [],
    inputs: { x: { shape }, ...channelInputs(shape[3]), ...residual },
    reductionLength: shape[0] * shape[1] * shape[2],
    conditioning: 2,
    run: (tensors) =>
      outputsAndGradients(tensors, ['x', 'gamma', 'beta', ...Object.keys(residual)], (current) => {
        const { x, affine, statistics, residual: added } = typed(current);
        return { y: batchNormInference(x, affine, statistics, { relu: variant.relu, ...added }) };
      }),
  };
}

// ResNeXt's 3×3 at few channels, groups narrower and wider than vector registers and register tiles, as wide and not,
// strides that leave pixels over, one group (a plain convolution) and as many groups as channels (depthwise), with one
// output a channel and several.
const GROUPED: readonly (readonly [groups: number, shape: ConvolutionShape])[] = [
  [4, { x: [2, 6, 7, 16], outputChannels: 16, window: [3, 3], stride: 1, padding: 1 }],
  [2, { x: [2, 7, 8, 34], outputChannels: 16, window: [3, 3], stride: 2, padding: 1 }],
  [3, { x: [1, 5, 6, 3], outputChannels: 9, window: [3, 3], stride: 1, padding: UNEVEN }],
  [5, { x: [2, 4, 4, 5], outputChannels: 5, window: [3, 3], stride: 2, padding: 1 }],
  [2, { x: [2, 4, 5, 32], outputChannels: 64, window: [1, 1], stride: 1, padding: 0 }],
  [1, { x: [2, 5, 4, 6], outputChannels: 7, window: [3, 3], stride: 1, padding: 1 }],
  [5, { x: [2, 9, 8, 20], outputChannels: 20, window: [3, 3], stride: 2, padding: 1 }],
  [9, { x: [1, 7, 15, 18], outputChannels: 18, window: [3, 3], stride: 1, padding: 1 }],
  [3, { x: [2, 6, 14, 24], outputChannels: 24, window: [3, 3], stride: 1, padding: 1 }],
  [2, { x: [1, 5, 7, 32], outputChannels: 32, window: [3, 3], stride: 1, padding: 1 }],
  [2, { x: [2, 7, 7, 64], outputChannels: 64, window: [3, 3], stride: 2, padding: 1 }],
  [2, { x: [1, 6, 5, 6], outputChannels: 48, window: [3, 3], stride: 1, padding: 1 }],
  [19, { x: [2, 9, 27, 19], outputChannels: 19, window: [3, 3], stride: 1, padding: 1 }],
  [7, { x: [1, 8, 6, 7], outputChannels: 14, window: [3, 3], stride: 3, padding: UNEVEN }],
  [16, { x: [1, 1, 1, 16], outputChannels: 16, window: [3, 3], stride: 2, padding: 1 }],
  [4, { x: [1, 8, 9, 12], outputChannels: 8, window: [5, 2], stride: 3, padding: 2 }],
];

function groupedCase([groups, shape]: (typeof GROUPED)[number]): ConformanceCase {
  return {
    name: `convolution in ${groups} groups ${shapeName(shape)}`,
    kernels: [GROUPED_CONVOLUTION, GROUPED_CONVOLUTION_INPUT_GRADIENT, GROUPED_CONVOLUTION_FILTER_GRADIENT],
    inputs: { x: { shape: shape.x }, filter: { shape: [...shape.window, shape.x[3] / groups, shape.outputChannels] } },
    reductionLength: reductionOf(shape, groups),
    run: (inputs) =>
      outputsAndGradients(inputs, ['x', 'filter'], (current) => {
        const { x, filter } = typed(current);
        return { y: groupedConvolution(x, filter, { ...shape, groups }) };
      }),
  };
}

/** Convolutions and batch norm, fused and apart. */
export const CONVOLUTION_CASES: readonly ConformanceCase[] = [
  ...SHAPES.map(convolutionCase),
  ...SHAPES.flatMap(fusedCase),
  ...GROUPED.map(groupedCase),
  ...BATCH_NORM_SHAPES.flatMap((shape) => batchNormCase(shape)),
  ...BATCH_NORM_SHAPES.map(batchNormInferenceCase),
];
