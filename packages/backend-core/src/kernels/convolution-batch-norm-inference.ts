import { CONVOLUTION_BATCH_NORM_INFERENCE } from '@resnet-ts/tensor-ops/kernels';
import type { ConvolutionBatchNormInferenceAttributes } from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { numbersOf } from './attributes.js';
import { convolutionGeometry, convolutionIntegers } from './convolution-geometry.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, shape4 } from './shapes.js';

/** Where the engine writes the floats and the layout of prepared weights. */
const preparedSize = new Int32Array(2);

interface Inputs {
  x: TensorInfo;
  filter: TensorInfo;
  gamma: TensorInfo;
  beta: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
  residual?: TensorInfo;
}

/**
 * Batch norm is folded into the filter, and the filter packed, the first time these tensors meet; the backend keeps the
 * result until the filter is disposed.
 */
export const convolutionBatchNormInference = defineKernel<Inputs, ConvolutionBatchNormInferenceAttributes>(
  CONVOLUTION_BATCH_NORM_INFERENCE,
  ({ inputs, attributes, backend }) => {
    const { x, filter, gamma, beta, mean, variance, residual } = inputs;
    const geometry = convolutionGeometry(shape4(x, 'x'), shape4(filter, 'filter'), attributes);
    const channels = [geometry.output[3]];
    const integers = convolutionIntegers(geometry, attributes.relu);
    const numbers = numbersOf(attributes.epsilon);
    const images = backend.floats(x);
    const parameters = [
      backend.floats(filter),
      floatsOf(backend, gamma, channels, 'gamma'),
      floatsOf(backend, beta, channels, 'beta'),
      floatsOf(backend, mean, channels, 'mean'),
      floatsOf(backend, variance, channels, 'variance'),
    ];
    const residualValues = residual === undefined ? null : floatsOf(backend, residual, geometry.output, 'residual');

    backend.engine.preparedConvolutionSize(integers, numbers, preparedSize);
    const [floats = 0, layout = 0] = preparedSize;
    const prepared = backend.prepared.get({
      owner: filter.dataId,
      sources: [gamma, beta, mean, variance].map((tensor) => tensor.dataId),
      form: `${layout} ${geometry.filter.join('×')} ${attributes.epsilon}`,
      floats,
      prepare: (values) => {
        backend.engine.prepareConvolution(integers, numbers, ...parameters, values);
      },
    });
    const y = backend.output(geometry.output);
    backend.engine.runPreparedConvolution(integers, numbers, images, prepared, residualValues, y.values);
    return [y.info];
  },
);
