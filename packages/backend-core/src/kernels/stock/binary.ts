import { Add, AddN, Maximum, Multiply, RealDiv, Sub, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../../kernel-backend.js';
import { integersOf, numbersOf } from '../attributes.js';
import { overrideKernel } from '../define-kernel.js';
import type { KernelDefinition } from '../define-kernel.js';
import { sameShape } from '../shapes.js';
import { eligible } from './eligible.js';

/** The C++ enum BinaryOperation, in order. */
const OPERATIONS = [Add, Sub, Multiply, RealDiv, Maximum];

/** One number that broadcasts to the shape of `other` without adding axes to it. */
function isScalarFor(tensor: TensorInfo, other: TensorInfo): boolean {
  return util.sizeFromShape(tensor.shape) === 1 && tensor.shape.length <= other.shape.length;
}

/** A vector added along the last axis. */
function isBiasFor(tensor: TensorInfo, other: TensorInfo): boolean {
  return tensor.shape.length === 1 && other.shape.length > 1 && tensor.shape[0] === other.shape.at(-1);
}

function runBinary(backend: KernelBackend, name: string, a: TensorInfo, b: TensorInfo): TensorInfo | undefined {
  if (!eligible(a, b)) return undefined;
  const same = sameShape(a.shape, b.shape);
  const scalarB = !same && isScalarFor(b, a);
  const scalarA = !same && !scalarB && isScalarFor(a, b);
  if (same || scalarA || scalarB) {
    const y = backend.output(scalarA ? b.shape : a.shape);
    backend.engine.binary(
      integersOf(OPERATIONS.indexOf(name), scalarA, scalarB),
      numbersOf(y.values.length),
      backend.floats(a),
      backend.floats(b),
      y.values,
    );
    return y.info;
  }
  if (name === Add && isBiasFor(b, a)) return runAddBias(backend, a, b);
  return undefined;
}

/** x `[..., C]` + bias `[C]`. */
export function runAddBias(backend: KernelBackend, x: TensorInfo, bias: TensorInfo): TensorInfo {
  const y = backend.output(x.shape);
  const channels = util.sizeFromShape(bias.shape);
  const pixels = y.values.length / channels;
  backend.engine.addBias(integersOf(channels), numbersOf(pixels), backend.floats(x), backend.floats(bias), y.values);
  return y.info;
}

export const binaryKernels: readonly KernelDefinition[] = OPERATIONS.map((name) =>
  overrideKernel<{ a: TensorInfo; b: TensorInfo }, object>(name, ({ inputs: { a, b }, backend }) =>
    runBinary(backend, name, a, b),
  ),
);

export const addN = overrideKernel<readonly TensorInfo[], object>(AddN, ({ inputs, backend }) => {
  const tensors = Array.from(inputs);
  const [first, second, ...rest] = tensors;
  if (first === undefined || second === undefined || !eligible(...tensors)) return undefined;
  if (!tensors.every((tensor) => sameShape(tensor.shape, first.shape))) return undefined;
  const y = backend.output(first.shape);
  const add = (a: Float32Array, b: TensorInfo): void => {
    backend.engine.binary(
      integersOf(OPERATIONS.indexOf(Add), false, false),
      numbersOf(y.values.length),
      a,
      backend.floats(b),
      y.values,
    );
  };
  add(backend.floats(first), second);
  for (const tensor of rest) add(y.values, tensor);
  return y.info;
});
