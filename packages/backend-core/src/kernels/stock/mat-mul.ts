import { _FusedMatMul, BatchMatMul, util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../../kernel-backend.js';
import { integersOf, numbersOf } from '../attributes.js';
import { overrideKernel } from '../define-kernel.js';
import { sameShape } from '../shapes.js';
import { eligible } from './eligible.js';
import { runRelu } from './unary.js';

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** [rows, columns] of each matrix as stored, and the batch axes before them. */
function matricesOf(tensor: TensorInfo): { batch: number[]; rows: number; columns: number } {
  return { batch: tensor.shape.slice(0, -2), rows: tensor.shape.at(-2) ?? 1, columns: tensor.shape.at(-1) ?? 1 };
}

/** Batch axes of the product; undefined when they broadcast in a way that is left to the inherited kernel. */
function batchOf(a: number[], b: number[]): number[] | undefined {
  if (sameShape(a, b)) return a;
  if (util.sizeFromShape(b) === 1 && b.length <= a.length) return a;
  if (util.sizeFromShape(a) === 1 && a.length <= b.length) return b;
  return undefined;
}

function runMatMul(
  backend: KernelBackend,
  a: TensorInfo,
  b: TensorInfo,
  bias: TensorInfo | undefined,
  { transposeA, transposeB }: MatMulAttributes,
): TensorInfo | undefined {
  if (!eligible(a, b)) return undefined;
  const left = matricesOf(a);
  const right = matricesOf(b);
  const batch = batchOf(left.batch, right.batch);
  const [rows, inner] = transposeA ? [left.columns, left.rows] : [left.rows, left.columns];
  const [innerB, columns] = transposeB ? [right.columns, right.rows] : [right.rows, right.columns];
  if (batch === undefined || inner !== innerB) return undefined;
  const c = backend.output([...batch, rows, columns]);
  const strideOf = (batchAxes: number[], size: number): number => (util.sizeFromShape(batchAxes) === 1 ? 0 : size);
  backend.engine.matrixMultiply(
    integersOf(util.sizeFromShape(batch), rows, columns, inner, transposeA, transposeB),
    numbersOf(strideOf(left.batch, rows * inner), strideOf(right.batch, inner * columns)),
    backend.floats(a),
    backend.floats(b),
    bias === undefined ? null : backend.floats(bias),
    c.values,
  );
  return c.info;
}

export const batchMatMul = overrideKernel<{ a: TensorInfo; b: TensorInfo }, MatMulAttributes>(
  BatchMatMul,
  ({ inputs: { a, b }, attributes, backend }) => runMatMul(backend, a, b, undefined, attributes),
);

interface FusedInputs {
  a: TensorInfo;
  b: TensorInfo;
  bias?: TensorInfo;
}

export const fusedMatMul = overrideKernel<FusedInputs, MatMulAttributes & { activation: string }>(
  _FusedMatMul,
  ({ inputs: { a, b, bias }, attributes, backend }) => {
    const { activation, transposeB } = attributes;
    const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
    const plain = activation === 'linear' || activation === 'relu';
    if (!plain || (bias !== undefined && !(eligible(bias) && sameShape(bias.shape, [columns])))) return undefined;
    const product = runMatMul(backend, a, b, bias, attributes);
    if (product === undefined || activation === 'linear') return product;
    const y = runRelu(backend, product);
    backend.disposeIntermediateTensorInfo(product);
    return y;
  },
);
