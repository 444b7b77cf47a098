import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { biasAdd, convolution, type ParameterSpec } from '@resnet-ts/tensor-ops';
import type { Block } from './block.js';
import { assertPositiveInteger, windowedShape, type FeatureShape } from './feature-shape.js';
import { convolutionRow } from './layer-row.js';
import { namedTensor } from './named-tensor.js';

export interface BareConvolutionOptions {
  /** Name of the module, e.g. `layer1.0.conv2`. */
  readonly name: string;
  readonly inputShape: FeatureShape;
  readonly outputChannels: number;
  /** Side of the filter, pixels; odd. Padding is (kernelSize − 1) / 2 on each side. */
  readonly kernelSize: number;
  readonly stride: number;
  /** Give it a bias, and where that starts. Default: no bias, as batch norm follows sooner or later. */
  readonly initialBias?: number;
}

/**
 * A convolution that no batch norm follows at once: the last of a pre-activation block, its projection, a gate.
 *
 * @throws ArgumentError for sizes that are not positive integers or an even kernel
 * @example
 * bareConvolution({ name: 'conv1', inputShape: [32, 32, 3], outputChannels: 16, kernelSize: 3, stride: 1 }).outputShape;
 * // [32, 32, 16]
 */
export function bareConvolution(options: BareConvolutionOptions): Block {
  const { name, inputShape, outputChannels, kernelSize, stride, initialBias } = options;
  assertPositiveInteger(`${name} outputChannels`, outputChannels);
  assertPositiveInteger(`${name} stride`, stride);
  for (const size of inputShape) assertPositiveInteger(`${name} inputShape`, size);
  const padding = (kernelSize - 1) / 2;
  assertPositiveInteger(`${name} padding + 1 = (kernelSize + 1) / 2`, padding + 1);
  const outputShape = windowedShape(inputShape, outputChannels, { window: kernelSize, stride, padding });
  const filter: ParameterSpec = {
    name: `${name}.weight`,
    role: 'convolution-filter',
    shape: [kernelSize, kernelSize, inputShape[2], outputChannels],
    initializer: { kind: 'he-normal', fan: 'out' },
  };
  const bias: readonly ParameterSpec[] =
    initialBias === undefined
      ? []
      : [
          {
            name: `${name}.bias`,
            role: 'convolution-bias',
            shape: [outputChannels],
            initializer: { kind: 'constant', value: initialBias },
          },
        ];
  return {
    inputShape,
    outputShape,
    parameters: [filter, ...bias],
    buffers: [],
    layers: [convolutionRow(name, kernelSize, inputShape, outputShape, { bias: initialBias !== undefined })],

    apply(x, { parameters }) {
      const z = convolution(x, namedTensor<Tensor4D>(parameters, `${name}.weight`), { stride, padding });
      if (initialBias === undefined) return { y: z, buffers: {} };
      return { y: biasAdd(z, namedTensor<Tensor1D>(parameters, `${name}.bias`)), buffers: {} };
    },
  };
}
