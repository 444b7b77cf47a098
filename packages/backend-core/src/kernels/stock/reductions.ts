import { ArgMax, backend_util, Max, Mean, Sum, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../../kernel-backend.js';
import { integersOf, numbersOf } from '../attributes.js';
import { overrideKernel } from '../define-kernel.js';
import { eligible } from './eligible.js';

type Axis = number | number[] | undefined | null;

/** A tensor seen as [outer, reduced, inner]. */
interface ReductionView {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

/** The view of a reduction over neighbouring axes, or undefined when other axes lie between them. */
function viewOf(shape: readonly number[], axes: readonly number[]): ReductionView | undefined {
  const first = axes[0] ?? 0;
  const end = first + axes.length;
  if (axes.some((axis, i) => axis !== first + i)) return undefined;
  return {
    outer: product(shape.slice(0, first)),
    reduced: product(shape.slice(first, end)),
    inner: product(shape.slice(end)),
  };
}

function axesOf(axis: Axis, shape: number[]): number[] {
  return util.parseAxisParam(axis ?? shape.map((_, i) => i), shape).sort((a, b) => a - b);
}

function outputShape(shape: number[], axes: number[], keepDims: boolean | undefined): number[] {
  const [reduced] = backend_util.computeOutAndReduceShapes(shape, axes);
  return keepDims === true ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced;
}

interface SumAttributes {
  readonly axis: Axis;
  readonly keepDims?: boolean;
}

function runSum(
  backend: KernelBackend,
  x: TensorInfo,
  { axis, keepDims }: SumAttributes,
  mean: boolean,
): TensorInfo | undefined {
  if (!eligible(x)) return undefined;
  const axes = axesOf(axis, x.shape);
  const view = viewOf(x.shape, axes);
  if (view === undefined) return undefined;
  const y = backend.output(outputShape(x.shape, axes, keepDims));
  const scale = mean ? 1 / view.reduced : 1;
  backend.engine.sum(integersOf(), numbersOf(view.outer, view.reduced, view.inner, scale), backend.floats(x), y.values);
  return y.info;
}

export const sum = overrideKernel<{ x: TensorInfo }, SumAttributes>(Sum, ({ inputs: { x }, attributes, backend }) =>
  runSum(backend, x, attributes, false),
);

export const mean = overrideKernel<{ x: TensorInfo }, SumAttributes>(Mean, ({ inputs: { x }, attributes, backend }) =>
  runSum(backend, x, attributes, true),
);

export const max = overrideKernel<{ x: TensorInfo }, { reductionIndices: Axis; keepDims?: boolean }>(
  Max,
  ({ inputs: { x }, attributes: { reductionIndices, keepDims }, backend }) => {
    if (!eligible(x)) return undefined;
    const axes = axesOf(reductionIndices, x.shape);
    const view = viewOf(x.shape, axes);
    if (view === undefined || view.inner !== 1) return undefined;
    const y = backend.output(outputShape(x.shape, axes, keepDims));
    backend.engine.maximum(integersOf(), numbersOf(view.outer, view.reduced, 1), backend.floats(x), y.values);
    return y.info;
  },
);

export const argMax = overrideKernel<{ x: TensorInfo }, { axis: Axis }>(
  ArgMax,
  ({ inputs: { x }, attributes: { axis }, backend }) => {
    if (!eligible(x)) return undefined;
    const [last] = axesOf(axis, x.shape);
    if (last !== x.shape.length - 1) return undefined;
    const shape = x.shape.slice(0, -1);
    const values = new Int32Array(product(shape));
    backend.engine.argumentOfMaximum(
      integersOf(),
      numbersOf(values.length, x.shape.at(-1) ?? 1, 1),
      backend.floats(x),
      values,
    );
    return backend.makeTensorInfo(shape, 'int32', values);
  },
);
