import type { KernelDefinition } from '../define-kernel.js';
import { addN, binaryKernels } from './binary.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './convolutions.js';
import { fusedBatchNorm } from './fused-batch-norm.js';
import { batchMatMul, fusedMatMul } from './mat-mul.js';
import { stockAvgPool, stockAvgPoolGrad, stockMaxPool, stockMaxPoolGrad } from './pools.js';
import { argMax, max, mean, sum } from './reductions.js';
import { relu, step } from './unary.js';

/** The stock tfjs kernels that a training step touches, on the engine where the case is plain. */
export const STOCK_KERNELS: readonly KernelDefinition[] = [
  ...binaryKernels,
  addN,
  relu,
  step,
  sum,
  mean,
  max,
  argMax,
  batchMatMul,
  fusedMatMul,
  conv2d,
  conv2dBackpropInput,
  conv2dBackpropFilter,
  fusedConv2d,
  stockMaxPool,
  stockMaxPoolGrad,
  stockAvgPool,
  stockAvgPoolGrad,
  fusedBatchNorm,
];
