import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  convolutionBatchNorm,
  convolutionBatchNormInference,
  type BufferSpec,
  type NetworkState,
  type ParameterSpec,
} from '@resnet-ts/tensor-ops';
import type { Block, BlockResult, ForwardMode } from './block.js';
import { assertPositiveInteger, windowedShape, type FeatureShape } from './feature-shape.js';
import { batchNormRow, convolutionRow } from './layer-row.js';
import { namedTensor } from './named-tensor.js';

export interface ConvolutionUnitOptions {
  /** Names of the two modules, e.g. `layer1.0.conv1` and `layer1.0.bn1`. */
  readonly convolution: string;
  readonly batchNorm: string;
  readonly inputShape: FeatureShape;
  readonly outputChannels: number;
  /** Side of the filter, pixels; odd. Padding is (kernelSize − 1) / 2 on each side. */
  readonly kernelSize: number;
  readonly stride: number;
  /** End in a ReLU (after the residual, where there is one). */
  readonly relu: boolean;
  /** Start γ at 0 rather than 1: the last unit of a residual block under zero-init. */
  readonly zeroInitGamma?: boolean;
  /** False for the first layer of a network: nobody needs the gradient of the images. Default true. */
  readonly differentiateInput?: boolean;
}

/** Convolution and batch norm, which may take a residual: the smallest thing a network here is made of. */
export interface ConvolutionUnit extends Block {
  /** @param residual `[N, OH, OW, Cout]`, added after batch norm and before the ReLU */
  apply(x: Tensor4D, state: NetworkState, mode: ForwardMode, residual?: Tensor4D): BlockResult;
}

/**
 * Convolution without bias, batch norm, then optionally a residual and a ReLU: one fused operation on the tape.
 * Batch norm comes right after each convolution and before the activation (paper, section 3.4).
 *
 * @throws ArgumentError for sizes that are not positive integers or an even kernel
 * @example
 * const stem = convolutionUnit({
 *   convolution: 'conv1', batchNorm: 'bn1', inputShape: [32, 32, 3], outputChannels: 16, kernelSize: 3, stride: 1, relu: true,
 * });
 * stem.outputShape; // [32, 32, 16]
 * stem.parameters.map(({ name }) => name); // ['conv1.weight', 'bn1.weight', 'bn1.bias']
 */
export function convolutionUnit(options: ConvolutionUnitOptions): ConvolutionUnit {
  const {
    convolution,
    batchNorm,
    inputShape,
    outputChannels,
    kernelSize,
    stride,
    relu,
    differentiateInput = true,
  } = options;
  assertPositiveInteger(`${convolution} outputChannels`, outputChannels);
  assertPositiveInteger(`${convolution} stride`, stride);
  for (const size of inputShape) assertPositiveInteger(`${convolution} inputShape`, size);
  const padding = (kernelSize - 1) / 2;
  assertPositiveInteger(`${convolution} padding + 1 = (kernelSize + 1) / 2`, padding + 1);

  const outputShape = windowedShape(inputShape, outputChannels, { window: kernelSize, stride, padding });
  return {
    inputShape,
    outputShape,
    parameters: parameterSpecs(options),
    buffers: bufferSpecs(options),
    layers: [convolutionRow(convolution, kernelSize, inputShape, outputShape), batchNormRow(batchNorm, outputShape)],

    apply(x, { parameters, buffers }, { training, observe }, residual) {
      const filter = namedTensor<Tensor4D>(parameters, `${convolution}.weight`);
      const affine = {
        gamma: namedTensor<Tensor1D>(parameters, `${batchNorm}.weight`),
        beta: namedTensor<Tensor1D>(parameters, `${batchNorm}.bias`),
      };
      const running = {
        mean: namedTensor<Tensor1D>(buffers, `${batchNorm}.running_mean`),
        variance: namedTensor<Tensor1D>(buffers, `${batchNorm}.running_var`),
      };
      const attributes = { stride, padding, relu, ...(residual === undefined ? {} : { residual }) };
      if (observe?.normalized !== undefined) {
        // Inside the fused operation this value never exists; the operation without its end gives it.
        const bare = { stride, padding };
        const response = training
          ? convolutionBatchNorm(x, filter, affine, running, bare).y
          : convolutionBatchNormInference(x, filter, affine, running, bare);
        observe.normalized(batchNorm, response);
      }
      if (!training) {
        return { y: convolutionBatchNormInference(x, filter, affine, running, attributes), buffers: {} };
      }
      const { y, running: updated } = convolutionBatchNorm(x, filter, affine, running, {
        ...attributes,
        differentiateInput,
      });
      return {
        y,
        buffers: { [`${batchNorm}.running_mean`]: updated.mean, [`${batchNorm}.running_var`]: updated.variance },
      };
    },
  };
}

// He normal, fan-out (reference [13], Eq. 14): the choice of fb.resnet.torch and torchvision; the paper names no direction.
function parameterSpecs(options: ConvolutionUnitOptions): readonly ParameterSpec[] {
  const { convolution, batchNorm, inputShape, outputChannels, kernelSize, zeroInitGamma = false } = options;
  return [
    {
      name: `${convolution}.weight`,
      role: 'convolution-filter',
      shape: [kernelSize, kernelSize, inputShape[2], outputChannels],
      initializer: { kind: 'he-normal', fan: 'out' },
    },
    {
      name: `${batchNorm}.weight`,
      role: 'batch-norm-gamma',
      shape: [outputChannels],
      initializer: { kind: zeroInitGamma ? 'zeros' : 'ones' },
    },
    { name: `${batchNorm}.bias`, role: 'batch-norm-beta', shape: [outputChannels], initializer: { kind: 'zeros' } },
  ];
}

function bufferSpecs({ batchNorm, outputChannels }: ConvolutionUnitOptions): readonly BufferSpec[] {
  return [
    { name: `${batchNorm}.running_mean`, role: 'running-mean', shape: [outputChannels] },
    { name: `${batchNorm}.running_var`, role: 'running-variance', shape: [outputChannels] },
  ];
}
