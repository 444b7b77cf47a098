import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  ArgumentError,
  convolutionBatchNorm,
  convolutionBatchNormInference,
  expected,
  groupedConvolutionBatchNorm,
  groupedConvolutionBatchNormInference,
  type NetworkState,
  type ParameterSpec,
} from '@resnet-ts/tensor-ops';
import {
  batchNormBuffers,
  batchNormNames,
  batchNormParameters,
  batchNormTensors,
  namedStatistics,
} from './batch-norm-specs.js';
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
  /** Groups that the channels fall into (ResNeXt). Default 1: every output sees every input. */
  readonly groups?: number;
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
    groups = 1,
  } = options;
  assertPositiveInteger(`${convolution} outputChannels`, outputChannels);
  assertPositiveInteger(`${convolution} stride`, stride);
  for (const size of inputShape) assertPositiveInteger(`${convolution} inputShape`, size);
  const padding = (kernelSize - 1) / 2;
  assertPositiveInteger(`${convolution} padding + 1 = (kernelSize + 1) / 2`, padding + 1);

  assertPositiveInteger(`${convolution} groups`, groups);
  for (const channels of [inputShape[2], outputChannels]) {
    if (channels % groups !== 0) {
      throw new ArgumentError(expected(`a divisor of ${channels} channels`, `${convolution} groups`, groups));
    }
  }

  const outputShape = windowedShape(inputShape, outputChannels, { window: kernelSize, stride, padding });
  const names = batchNormNames(batchNorm);
  const filterSpec: ParameterSpec = {
    name: `${convolution}.weight`,
    role: 'convolution-filter',
    shape: [kernelSize, kernelSize, inputShape[2] / groups, outputChannels],
    // He normal, fan-out (reference [13], Eq. 14), as fb.resnet.torch and torchvision; the paper names no direction.
    initializer: { kind: 'he-normal', fan: 'out' },
  };
  // Without groups the unit is one operation on the tape, with them it is two.
  const [trained, inferred] =
    groups === 1
      ? [convolutionBatchNorm, convolutionBatchNormInference]
      : [groupedConvolutionBatchNorm, groupedConvolutionBatchNormInference];
  return {
    inputShape,
    outputShape,
    parameters: [filterSpec, ...batchNormParameters(batchNorm, outputChannels, options.zeroInitGamma)],
    buffers: batchNormBuffers(batchNorm, outputChannels),
    layers: [
      convolutionRow(convolution, kernelSize, inputShape, outputShape, { groups }),
      batchNormRow(batchNorm, outputShape),
    ],

    apply(x, state, { training, observe }, residual) {
      const filter = namedTensor<Tensor4D>(state.parameters, filterSpec.name);
      const { affine, running } = batchNormTensors(names, state);
      const bare = { stride, padding, groups };
      const attributes = { ...bare, relu, ...(residual === undefined ? {} : { residual }) };
      if (observe?.normalized !== undefined) {
        // Inside the fused operation this value never exists; the operation without its end gives it.
        const response = training
          ? trained(x, filter, affine, running, bare).y
          : inferred(x, filter, affine, running, bare);
        observe.normalized(batchNorm, response);
      }
      if (!training) return { y: inferred(x, filter, affine, running, attributes), buffers: {} };
      const { y, running: updated } = trained(x, filter, affine, running, { ...attributes, differentiateInput });
      return { y, buffers: namedStatistics(names, updated) };
    },
  };
}
