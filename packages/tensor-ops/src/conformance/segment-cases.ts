import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { segment } from '../autodiff/segment.js';
import type { NamedTensors } from '../contracts/image-classifier.js';
import { CONVOLUTION_BATCH_NORM, CONVOLUTION_BATCH_NORM_GRADIENT, NORMALIZE, ZERO_PAD_SHORTCUT } from '../kernels.js';
import { convolutionBatchNorm } from '../ops/convolution-batch-norm.js';
import { zeroPadShortcut } from '../ops/zero-pad-shortcut.js';
import type { ConformanceCase, InputSpec } from './conformance-case.js';
import { outputsAndGradients } from './conformance-case.js';

/** One unit of the blocks below: a filter `[k, k, from, to]` with its batch norm. */
interface Unit {
  readonly name: string;
  readonly window: number;
  readonly from: number;
  readonly to: number;
}

interface SegmentShape {
  readonly name: string;
  readonly x: readonly [number, number, number, number];
  readonly units: readonly Unit[];
  readonly kernels?: readonly string[];
  readonly run: (x: Tensor4D, apply: Apply) => Tensor4D;
}

type Apply = (name: string, x: Tensor4D, options: { stride?: number; relu?: boolean; residual?: Tensor4D }) => Tensor4D;

const unit = (name: string, window: number, from: number, to: number): Unit => ({ name, window, from, to });

// The blocks of the paper in pairs, so that the output of the first is recomputed and its gradient added up in place.
const SHAPES: readonly SegmentShape[] = [
  {
    name: 'two basic blocks, identity',
    x: [2, 7, 6, 8],
    units: ['a', 'b', 'c', 'd'].map((name) => unit(name, 3, 8, 8)),
    run: (x, apply) => {
      const first = apply('b', apply('a', x, {}), { residual: x });
      return apply('d', apply('c', first, {}), { residual: first });
    },
  },
  {
    name: 'a basic block of stride 2 with zero padding, then one with identity',
    x: [2, 7, 6, 5],
    units: [unit('a', 3, 5, 9), unit('b', 3, 9, 9), unit('c', 3, 9, 9), unit('d', 3, 9, 9)],
    kernels: [ZERO_PAD_SHORTCUT],
    run: (x, apply) => {
      const shortcut = zeroPadShortcut(x, { stride: 2, outputChannels: 9, placement: 'end' });
      const first = apply('b', apply('a', x, { stride: 2 }), { residual: shortcut });
      return apply('d', apply('c', first, {}), { residual: first });
    },
  },
  {
    name: 'two bottlenecks with projections',
    x: [2, 6, 6, 16],
    units: [
      ...[unit('a', 1, 16, 4), unit('b', 3, 4, 4), unit('c', 1, 4, 16), unit('p', 1, 16, 16)],
      ...[unit('d', 1, 16, 4), unit('e', 3, 4, 4), unit('f', 1, 4, 16), unit('q', 1, 16, 16)],
    ],
    run: (x, apply) => {
      const around = apply('p', x, { stride: 2, relu: false });
      const first = apply('c', apply('b', apply('a', x, {}), { stride: 2 }), { residual: around });
      const second = apply('q', first, { relu: false });
      return apply('f', apply('e', apply('d', first, {}), {}), { residual: second });
    },
  },
];

function inputsOf({ x, units }: SegmentShape): Record<string, InputSpec> {
  const parameters = units.flatMap(({ name, window, from, to }): [string, InputSpec][] => [
    [`${name}.filter`, { shape: [window, window, from, to] }],
    [`${name}.gamma`, { shape: [to], minimum: 0.5, maximum: 1.5 }],
    [`${name}.beta`, { shape: [to], minimum: -0.5, maximum: 0.5 }],
  ]);
  return { x: { shape: x }, ...Object.fromEntries(parameters) };
}

function applyWith(tensors: NamedTensors, units: readonly Unit[]): Apply {
  const named = <T>(name: string): T => tensors[name] as T;
  return (name, x, { stride = 1, relu = true, residual }) => {
    const window = units.find((candidate) => candidate.name === name)?.window ?? 1;
    const affine = { gamma: named<Tensor1D>(`${name}.gamma`), beta: named<Tensor1D>(`${name}.beta`) };
    // Running statistics do not enter the result in training; these have the right length.
    const running = { mean: affine.beta, variance: affine.gamma };
    return convolutionBatchNorm(x, named<Tensor4D>(`${name}.filter`), affine, running, {
      stride,
      padding: (window - 1) / 2,
      relu,
      ...(residual === undefined ? {} : { residual }),
    }).y;
  };
}

/** Blocks as segments, whose activations are recomputed in the backward pass. */
export const SEGMENT_CASES: readonly ConformanceCase[] = SHAPES.map((shape): ConformanceCase => {
  const { x: size, units, kernels = [], run } = shape;
  const inputs = inputsOf(shape);
  return {
    name: `segment: ${shape.name}`,
    kernels: [CONVOLUTION_BATCH_NORM, CONVOLUTION_BATCH_NORM_GRADIENT, NORMALIZE, ...kernels],
    inputs,
    reductionLength: Math.max(9 * size[3], size[0] * size[1] * size[2]),
    // As of one batch norm; errors do not grow over four.
    conditioning: 4,
    run: (tensors) =>
      outputsAndGradients(tensors, Object.keys(inputs), (current) => {
        const { x, ...parameters } = current;
        return segment(
          x as Tensor4D,
          (input) => ({ y: run(input, applyWith(parameters, units)), buffers: {} }),
          'renormalize',
        );
      }),
  };
});
