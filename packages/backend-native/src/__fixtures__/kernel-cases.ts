import * as kernels from '@resnet-ts/tensor-ops/kernels';
import { seededValues } from '@resnet-ts/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import { createHash } from 'node:crypto';

/** A kernel of the contract with inputs large enough for several chunks of work. */
export interface KernelCase {
  readonly kernel: string;
  readonly inputs: () => tf.NamedTensorMap;
  readonly attributes: object;
}

/** Channels are no multiple of any vector width, and pixels of no chunk size. */
const IMAGE: [number, number, number, number] = [5, 19, 17, 21];
const CHANNELS = 21;
const padding = { top: 1, bottom: 1, left: 1, right: 1 };
const convolutionAttributes = { stride: 1, padding };
const batchNormAttributes = { epsilon: 1e-5, runningFraction: 0.1, relu: true };
const pooling = { windowSize: 3, stride: 2, padding };
const POOLED = [5, 10, 9, 21];

let seed = 0;
function random(shape: readonly number[], minimum = -1): Tensor {
  seed++;
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(seededValues(size, seed, { minimum, maximum: 1 }), [...shape], 'float32');
}

const channel = (minimum?: number): Tensor => random([CHANNELS], minimum);
const image = (): Tensor => random(IMAGE);
const filter = (): Tensor => random([3, 3, CHANNELS, CHANNELS]);
const labels = (count: number, classes: number): Tensor =>
  tf.tensor1d(
    Int32Array.from({ length: count }, (_, n) => (n * 7) % classes),
    'int32',
  );

const statistics = (): tf.NamedTensorMap => ({
  gamma: channel(),
  beta: channel(),
  mean: channel(),
  variance: channel(0.1),
});
const running = (): tf.NamedTensorMap => ({
  gamma: channel(),
  beta: channel(),
  runningMean: channel(),
  runningVariance: channel(0.1),
});

/** The 21 channels in 3, 7 or 21 groups. */
function groupedCases(groups: number): KernelCase[] {
  const attributes = { ...convolutionAttributes, groups };
  const filterShape = [3, 3, CHANNELS / groups, CHANNELS];
  return [
    {
      kernel: kernels.GROUPED_CONVOLUTION,
      inputs: () => ({ x: image(), filter: random(filterShape) }),
      attributes,
    },
    {
      kernel: kernels.GROUPED_CONVOLUTION_INPUT_GRADIENT,
      inputs: () => ({ dy: image(), filter: random(filterShape) }),
      attributes: { ...attributes, inputShape: IMAGE },
    },
    {
      kernel: kernels.GROUPED_CONVOLUTION_FILTER_GRADIENT,
      inputs: () => ({ x: image(), dy: image() }),
      attributes: { ...attributes, filterShape },
    },
  ];
}

/** Every kernel name that tensor-ops exports, once. */
export const KERNEL_CASES: readonly KernelCase[] = [
  { kernel: kernels.CONVOLUTION, inputs: () => ({ x: image(), filter: filter() }), attributes: convolutionAttributes },
  {
    kernel: kernels.CONVOLUTION_INPUT_GRADIENT,
    inputs: () => ({ dy: image(), filter: filter() }),
    attributes: { ...convolutionAttributes, inputShape: IMAGE },
  },
  {
    kernel: kernels.CONVOLUTION_FILTER_GRADIENT,
    inputs: () => ({ x: image(), dy: image() }),
    attributes: { ...convolutionAttributes, filterShape: [3, 3, CHANNELS, CHANNELS] },
  },
  ...[3, 7, 21].flatMap(groupedCases),
  {
    kernel: kernels.CONVOLUTION_BATCH_NORM,
    inputs: () => ({ x: image(), filter: filter(), ...running(), residual: image() }),
    attributes: { ...convolutionAttributes, ...batchNormAttributes },
  },
  {
    kernel: kernels.CONVOLUTION_BATCH_NORM_GRADIENT,
    inputs: () => ({ dy: image(), y: image(), z: image(), x: image(), filter: filter(), ...statistics() }),
    attributes: {
      ...convolutionAttributes,
      epsilon: 1e-5,
      relu: true,
      hasResidual: true,
      inputGradient: true,
      reuseDy: false,
    },
  },
  {
    kernel: kernels.CONVOLUTION_BATCH_NORM_GRADIENT,
    inputs: () => ({ dy: image(), z: image(), x: image(), filter: filter(), ...statistics(), dxSum: image() }),
    attributes: {
      ...convolutionAttributes,
      epsilon: 1e-5,
      relu: true,
      hasResidual: false,
      inputGradient: true,
      reuseDy: false,
    },
  },
  {
    kernel: kernels.NORMALIZE,
    inputs: () => ({ z: image(), ...statistics(), residual: image() }),
    attributes: { epsilon: 1e-5, relu: true },
  },
  {
    kernel: kernels.CONVOLUTION_BATCH_NORM_INFERENCE,
    inputs: () => ({ x: image(), filter: filter(), ...statistics(), residual: image() }),
    attributes: { ...convolutionAttributes, epsilon: 1e-5, relu: true },
  },
  {
    kernel: kernels.BATCH_NORM,
    inputs: () => ({ x: image(), ...running(), residual: image() }),
    attributes: batchNormAttributes,
  },
  {
    kernel: kernels.BATCH_NORM_GRADIENT,
    inputs: () => ({ dy: image(), y: image(), x: image(), ...statistics() }),
    attributes: { epsilon: 1e-5, relu: true, hasResidual: true },
  },
  { kernel: kernels.MAX_POOL, inputs: () => ({ x: image() }), attributes: pooling },
  { kernel: kernels.MAX_POOL_GRADIENT, inputs: () => ({ dy: random(POOLED), x: image() }), attributes: pooling },
  { kernel: kernels.AVERAGE_POOL, inputs: () => ({ x: image() }), attributes: { ...pooling, countPadding: false } },
  {
    kernel: kernels.AVERAGE_POOL_GRADIENT,
    inputs: () => ({ dy: random(POOLED) }),
    attributes: { ...pooling, countPadding: true, inputShape: IMAGE },
  },
  { kernel: kernels.GLOBAL_AVERAGE_POOL, inputs: () => ({ x: image() }), attributes: {} },
  {
    kernel: kernels.GLOBAL_AVERAGE_POOL_GRADIENT,
    inputs: () => ({ dy: random([5, CHANNELS]) }),
    attributes: { inputShape: IMAGE },
  },
  {
    kernel: kernels.LINEAR,
    inputs: () => ({ x: random([203, 301]), weight: random([301, 107]), bias: random([107]) }),
    attributes: {},
  },
  {
    kernel: kernels.LINEAR_GRADIENT,
    inputs: () => ({ dy: random([203, 107]), x: random([203, 301]), weight: random([301, 107]) }),
    attributes: {},
  },
  {
    kernel: kernels.ZERO_PAD_SHORTCUT,
    inputs: () => ({ x: image() }),
    attributes: { stride: 2, outputChannels: 42, channelsBefore: 10 },
  },
  {
    kernel: kernels.ZERO_PAD_SHORTCUT_GRADIENT,
    inputs: () => ({ dy: random([5, 10, 9, 42]) }),
    attributes: { stride: 2, outputChannels: 42, channelsBefore: 10, inputShape: IMAGE },
  },
  {
    kernel: kernels.SOFTMAX_CROSS_ENTROPY,
    inputs: () => ({ logits: random([131, 37]), labels: labels(131, 37) }),
    attributes: { labelSmoothing: 0.1 },
  },
  {
    kernel: kernels.SOFTMAX_CROSS_ENTROPY_GRADIENT,
    inputs: () => ({ dy: random([]), probabilities: random([131, 37], 0), labels: labels(131, 37) }),
    attributes: { labelSmoothing: 0.1 },
  },
  {
    kernel: kernels.SGD_UPDATE,
    inputs: () => ({
      parameter0: random([20_001]),
      gradient0: random([20_001]),
      velocity0: random([20_001]),
      parameter1: random([3, 5]),
      gradient1: random([3, 5]),
      velocity1: random([3, 5]),
    }),
    attributes: { count: 2, learningRate: 0.1, momentum: 0.9, nesterov: true, form: 'torch', weightDecay: [5e-4, 0] },
  },
  { kernel: tf.Sum, inputs: () => ({ x: random([40_001]) }), attributes: { axis: [0], keepDims: false } },
  { kernel: tf.Mean, inputs: () => ({ x: random([3001, 21]) }), attributes: { axis: [0], keepDims: false } },
  { kernel: tf.Multiply, inputs: () => ({ a: random([40_001]), b: random([40_001]) }), attributes: {} },
  {
    kernel: tf.BatchMatMul,
    inputs: () => ({ a: random([1, 301, 203]), b: random([1, 107, 301]) }),
    attributes: { transposeA: true, transposeB: true },
  },
];

/** Runs a case and returns a digest of the bytes of every output. */
export function runCase({ kernel, inputs, attributes }: KernelCase): string[] {
  seed = 0;
  return tf.tidy(() => {
    const outputs = tf.engine().runKernel<Tensor | Tensor[]>(kernel, inputs(), attributes as NamedAttrMap);
    return [outputs].flat().map((tensor) => createHash('sha256').update(tensor.dataSync<'float32'>()).digest('hex'));
  });
}
