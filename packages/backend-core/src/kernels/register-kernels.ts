import { registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelDefinition } from './define-kernel.js';
import { batchNorm, batchNormGradient, normalize } from './batch-norm.js';
import { convolution, convolutionFilterGradient, convolutionInputGradient } from './convolution.js';
import { convolutionBatchNorm, convolutionBatchNormGradient } from './convolution-batch-norm.js';
import { convolutionBatchNormInference } from './convolution-batch-norm-inference.js';
import { globalAveragePool, globalAveragePoolGradient } from './global-average-pool.js';
import {
  groupedConvolution,
  groupedConvolutionFilterGradient,
  groupedConvolutionInputGradient,
} from './grouped-convolution.js';
import { linear, linearGradient } from './linear.js';
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pooling.js';
import { sgdUpdate } from './sgd-update.js';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.js';
import { STOCK_KERNELS } from './stock/stock-kernels.js';
import { zeroPadShortcut, zeroPadShortcutGradient } from './zero-pad-shortcut.js';

/** The kernels of this project's contract, every one of `@resnet-ts/tensor-ops/kernels`. */
const CONTRACT_KERNELS: readonly KernelDefinition[] = [
  convolution,
  convolutionInputGradient,
  convolutionFilterGradient,
  groupedConvolution,
  groupedConvolutionInputGradient,
  groupedConvolutionFilterGradient,
  convolutionBatchNorm,
  convolutionBatchNormGradient,
  convolutionBatchNormInference,
  batchNorm,
  batchNormGradient,
  normalize,
  maxPool,
  maxPoolGradient,
  averagePool,
  averagePoolGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  linear,
  linearGradient,
  zeroPadShortcut,
  zeroPadShortcutGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  sgdUpdate,
];

/** Registers the kernels of this package on a backend that already has copies of the CPU kernels. */
export function registerKernels(backendName: string): void {
  for (const define of CONTRACT_KERNELS) registerKernel(define(backendName));
  for (const define of STOCK_KERNELS) {
    const config = define(backendName);
    // tfjs warns when an entry is replaced, so the copied one goes first.
    unregisterKernel(config.kernelName, backendName);
    registerKernel(config);
  }
}
