import * as kernels from '@resnet-ts/tensor-ops/kernels';
import * as tf from '@tensorflow/tfjs-core';
import type { KernelCase } from '../kernels/kernel-case.js';

/** A kernel with its inputs in memory. */
export interface PreparedKernel {
  /** Runs it once and gives its memory back. */
  run(): void;
  dispose(): void;
}

const NORM = { epsilon: 1e-5, relu: true } as const;

/** Inputs of ordinary size for one kernel of the contract, called as a training step calls it. */
export function createKernel(kernelCase: KernelCase): PreparedKernel {
  const { name, inputs, attributes } = call(kernelCase);
  return {
    run() {
      const outputs = tf.engine().runKernel<tf.Tensor[]>(name, inputs, attributes as unknown as tf.NamedAttrMap);
      tf.dispose(outputs);
    },
    dispose: () => tf.dispose(inputs),
  };
}

interface KernelCall {
  readonly name: string;
  readonly inputs: tf.NamedTensorMap;
  readonly attributes: object;
}

function call({ operation, batch, input, output, size, stride, padding }: KernelCase): KernelCall {
  const channels = output[2];
  const adds = operation.endsWith('-add');
  const inputShape = [batch, ...input] as [number, number, number, number];
  const outputShape = [batch, ...output] as [number, number, number, number];
  const filterShape = [size, size, input[2], channels] as [number, number, number, number];
  const random = (shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', 1);
  const x = (): tf.Tensor => random(inputShape);
  const dy = (): tf.Tensor => random(outputShape);
  const filter = (): tf.Tensor => random(filterShape);
  const scaleAndShift = () => ({ gamma: tf.ones([channels]), beta: tf.zeros([channels]) });
  const running = () => ({ runningMean: tf.zeros([channels]), runningVariance: tf.ones([channels]) });
  const statistics = () => ({ mean: tf.zeros([channels]), variance: tf.ones([channels]) });
  const convolution = { stride, padding };
  const pooling = { windowSize: size, stride, padding };

  switch (operation) {
    case 'forward':
      return {
        name: kernels.CONVOLUTION,
        inputs: { x: x(), filter: filter() },
        attributes: convolution satisfies kernels.ConvolutionAttributes,
      };
    case 'data-gradient':
      return {
        name: kernels.CONVOLUTION_INPUT_GRADIENT,
        inputs: { dy: dy(), filter: filter() },
        attributes: { ...convolution, inputShape } satisfies kernels.ConvolutionInputGradientAttributes,
      };
    case 'filter-gradient':
      return {
        name: kernels.CONVOLUTION_FILTER_GRADIENT,
        inputs: { x: x(), dy: dy() },
        attributes: { ...convolution, filterShape } satisfies kernels.ConvolutionFilterGradientAttributes,
      };
    case 'forward-batch-norm':
    case 'forward-batch-norm-add':
      return {
        name: kernels.CONVOLUTION_BATCH_NORM,
        inputs: {
          ...{ x: x(), filter: filter(), ...scaleAndShift(), ...running() },
          ...(adds ? { residual: random(outputShape) } : {}),
        },
        attributes: { ...convolution, ...NORM, runningFraction: 0.1 } satisfies kernels.ConvolutionBatchNormAttributes,
      };
    case 'backward-batch-norm':
    case 'backward-batch-norm-add':
      return {
        name: kernels.CONVOLUTION_BATCH_NORM_GRADIENT,
        inputs: { dy: dy(), y: dy(), z: dy(), x: x(), filter: filter(), ...scaleAndShift(), ...statistics() },
        attributes: {
          ...convolution,
          ...NORM,
          hasResidual: adds,
          inputGradient: input[2] > 3,
          reuseDy: false,
        } satisfies kernels.ConvolutionBatchNormGradientAttributes,
      };
    case 'inference':
      return {
        name: kernels.CONVOLUTION_BATCH_NORM_INFERENCE,
        inputs: { x: x(), filter: filter(), ...scaleAndShift(), ...statistics() },
        attributes: { ...convolution, ...NORM } satisfies kernels.ConvolutionBatchNormInferenceAttributes,
      };
    case 'batch-norm':
      return {
        name: kernels.BATCH_NORM,
        inputs: { x: x(), ...scaleAndShift(), ...running() },
        attributes: { ...NORM, runningFraction: 0.1 } satisfies kernels.BatchNormTrainingAttributes,
      };
    case 'batch-norm-gradient':
      return {
        name: kernels.BATCH_NORM_GRADIENT,
        inputs: { dy: dy(), y: dy(), x: x(), ...scaleAndShift(), ...statistics() },
        attributes: { ...NORM, hasResidual: false } satisfies kernels.BatchNormGradientAttributes,
      };
    case 'max-pool':
      return { name: kernels.MAX_POOL, inputs: { x: x() }, attributes: pooling satisfies kernels.PoolingAttributes };
    case 'max-pool-gradient':
      return {
        name: kernels.MAX_POOL_GRADIENT,
        inputs: { dy: dy(), x: x() },
        attributes: pooling satisfies kernels.PoolingAttributes,
      };
    case 'global-average-pool':
      return { name: kernels.GLOBAL_AVERAGE_POOL, inputs: { x: x() }, attributes: {} };
    case 'global-average-pool-gradient':
      return {
        name: kernels.GLOBAL_AVERAGE_POOL_GRADIENT,
        inputs: { dy: random([batch, channels]) },
        attributes: { inputShape } satisfies kernels.GlobalAveragePoolGradientAttributes,
      };
  }
}
