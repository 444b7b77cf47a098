import {
  add,
  averagePool,
  batchNorm,
  batchNormInference,
  biasAdd,
  convolution,
  convolutionBatchNorm,
  convolutionBatchNormInference,
  flatten,
  gatedSum,
  globalAveragePool,
  groupedConvolution,
  linear,
  maxPool,
  relu,
  scaleChannels,
  sgdUpdate,
  sigmoid,
  softmaxCrossEntropy,
  zeroPadShortcut,
} from '@resnet-ts/tensor-ops';
import type { NormalizedWithStatistics } from '@resnet-ts/tensor-ops';
import * as kernels from '@resnet-ts/tensor-ops/kernels';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

/** Inputs by name; a golden case says which there are, so a missing one is a mistake in the golden. */
export type Inputs = Readonly<Record<string, Tensor>>;
/** Attributes as the golden lists them: those of the kernel contract. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface OperationCall {
  /** Kernels that a complete backend must have run for the output and the gradients of one case. */
  readonly kernels: readonly string[];
  /** Outputs by the golden's names; `y` is the one that is differentiated. */
  readonly call: (inputs: Inputs, attributes: Attributes) => Record<string, Tensor>;
}

/** Reads inputs with the rank the operation wants. */
const image = (inputs: Inputs, name: string): Tensor4D => inputs[name] as Tensor4D;
const matrix = (inputs: Inputs, name: string): Tensor2D => inputs[name] as Tensor2D;
const vector = (inputs: Inputs, name: string): Tensor1D => inputs[name] as Tensor1D;

const scaleAndShift = (inputs: Inputs) => ({ gamma: vector(inputs, 'gamma'), beta: vector(inputs, 'beta') });
const running = (inputs: Inputs) => ({
  mean: vector(inputs, 'runningMean'),
  variance: vector(inputs, 'runningVariance'),
});
const residual = (inputs: Inputs) => (inputs['residual'] === undefined ? {} : { residual: image(inputs, 'residual') });

const withStatistics = ({ y, running: { mean, variance } }: NormalizedWithStatistics): Record<string, Tensor> => ({
  y,
  newRunningMean: mean,
  newRunningVariance: variance,
});

/** Attributes of a golden are options of the operation under the same names; the script that wrote them is the check. */
const options = <Options>(attributes: Attributes): Options => attributes as Options;

/** Every operation of tensor-ops by its name, called with the tensors and attributes of a golden case. */
export const operationCalls: Readonly<Record<string, OperationCall>> = {
  convolution: {
    kernels: [kernels.CONVOLUTION, kernels.CONVOLUTION_INPUT_GRADIENT, kernels.CONVOLUTION_FILTER_GRADIENT],
    call: (inputs, attributes) => ({
      y: convolution(image(inputs, 'x'), image(inputs, 'filter'), options(attributes)),
    }),
  },
  groupedConvolution: {
    kernels: [],
    call: (inputs, attributes) => ({
      y: groupedConvolution(image(inputs, 'x'), image(inputs, 'filter'), options(attributes)),
    }),
  },
  add: {
    kernels: [],
    call: (inputs, attributes) => ({ y: add(image(inputs, 'a'), image(inputs, 'b'), options(attributes)) }),
  },
  sigmoid: { kernels: [], call: (inputs) => ({ y: sigmoid(image(inputs, 'x')) }) },
  scaleChannels: {
    kernels: [],
    call: (inputs) => ({ y: scaleChannels(image(inputs, 'x'), matrix(inputs, 'factors')) }),
  },
  gatedSum: {
    kernels: [],
    call: (inputs) => ({ y: gatedSum(image(inputs, 'h'), image(inputs, 'x'), image(inputs, 't')) }),
  },
  convolutionBatchNorm: {
    kernels: [kernels.CONVOLUTION_BATCH_NORM, kernels.CONVOLUTION_BATCH_NORM_GRADIENT],
    call: (inputs, attributes) =>
      withStatistics(
        convolutionBatchNorm(image(inputs, 'x'), image(inputs, 'filter'), scaleAndShift(inputs), running(inputs), {
          ...options<kernels.ConvolutionBatchNormAttributes>(attributes),
          ...residual(inputs),
        }),
      ),
  },
  convolutionBatchNormInference: {
    kernels: [kernels.CONVOLUTION_BATCH_NORM_INFERENCE],
    call: (inputs, attributes) => ({
      y: convolutionBatchNormInference(
        image(inputs, 'x'),
        image(inputs, 'filter'),
        scaleAndShift(inputs),
        running(inputs),
        { ...options<kernels.ConvolutionBatchNormInferenceAttributes>(attributes), ...residual(inputs) },
      ),
    }),
  },
  batchNorm: {
    kernels: [kernels.BATCH_NORM, kernels.BATCH_NORM_GRADIENT],
    call: (inputs, attributes) =>
      withStatistics(
        batchNorm(image(inputs, 'x'), scaleAndShift(inputs), running(inputs), {
          ...options<kernels.BatchNormTrainingAttributes>(attributes),
          ...residual(inputs),
        }),
      ),
  },
  batchNormInference: {
    kernels: [],
    call: (inputs, attributes) => ({
      y: batchNormInference(image(inputs, 'x'), scaleAndShift(inputs), running(inputs), {
        ...options<kernels.BatchNormAttributes>(attributes),
        ...residual(inputs),
      }),
    }),
  },
  maxPool: {
    kernels: [kernels.MAX_POOL, kernels.MAX_POOL_GRADIENT],
    call: (inputs, attributes) => ({ y: maxPool(image(inputs, 'x'), options(attributes)) }),
  },
  averagePool: {
    kernels: [kernels.AVERAGE_POOL, kernels.AVERAGE_POOL_GRADIENT],
    call: (inputs, attributes) => ({ y: averagePool(image(inputs, 'x'), options(attributes)) }),
  },
  globalAveragePool: {
    kernels: [kernels.GLOBAL_AVERAGE_POOL, kernels.GLOBAL_AVERAGE_POOL_GRADIENT],
    call: (inputs) => ({ y: globalAveragePool(image(inputs, 'x')) }),
  },
  linear: {
    kernels: [kernels.LINEAR, kernels.LINEAR_GRADIENT],
    call: (inputs) => ({ y: linear(matrix(inputs, 'x'), matrix(inputs, 'weight'), vector(inputs, 'bias')) }),
  },
  relu: { kernels: [], call: (inputs) => ({ y: relu(image(inputs, 'x')) }) },
  biasAdd: { kernels: [], call: (inputs) => ({ y: biasAdd(image(inputs, 'x'), vector(inputs, 'bias')) }) },
  flatten: { kernels: [], call: (inputs) => ({ y: flatten(image(inputs, 'x')) }) },
  zeroPadShortcut: {
    kernels: [kernels.ZERO_PAD_SHORTCUT, kernels.ZERO_PAD_SHORTCUT_GRADIENT],
    call: (inputs, attributes) => ({ y: zeroPadShortcut(image(inputs, 'x'), options(attributes)) }),
  },
  softmaxCrossEntropy: {
    kernels: [kernels.SOFTMAX_CROSS_ENTROPY, kernels.SOFTMAX_CROSS_ENTROPY_GRADIENT],
    call: (inputs, attributes) => ({
      y: softmaxCrossEntropy(matrix(inputs, 'logits'), vector(inputs, 'labels'), options(attributes)),
    }),
  },
  sgdUpdate: { kernels: [kernels.SGD_UPDATE], call: twoSgdSteps },
};

type TwoSteps = Omit<kernels.SgdUpdateAttributes, 'learningRate'> & { readonly learningRates: readonly number[] };

/** One step for each learning rate, each with its own gradients: parameter0, velocity0, gradient00, gradient10 … */
function twoSgdSteps(inputs: Inputs, attributes: Attributes): Record<string, Tensor> {
  const { count, learningRates, ...rest } = options<TwoSteps>(attributes);
  const list = (prefix: string): Tensor[] =>
    Array.from({ length: count }, (_, index) => inputs[`${prefix}${index}`] as Tensor);
  let state = { parameters: list('parameter'), velocities: list('velocity') };
  learningRates.forEach((learningRate, step) => {
    state = sgdUpdate({ ...state, gradients: list(`gradient${step}`) }, { ...rest, learningRate });
  });
  return Object.fromEntries([
    ...state.parameters.map((tensor, index) => [`parameter${index}`, tensor]),
    ...state.velocities.map((tensor, index) => [`velocity${index}`, tensor]),
  ]);
}
