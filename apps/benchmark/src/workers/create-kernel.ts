import * as kernels from '@resnet-ts/tensor-ops/kernels';
import type { NamedTensors } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { KernelCase } from '../kernels/kernel-case.js';

/** A kernel with its inputs in memory. */
export interface PreparedKernel {
  /** Runs it once and gives its memory back. */
  run(): void;
  /** What was drawn for it (images, filter, gradient, shortcut), by name: all another contender needs for the same work. */
  given(): NamedTensors;
  /** Lengths of what it computes: the output, or every gradient in the kernel's order. */
  norms(): number[];
  dispose(): void;
}

const NORM = { epsilon: 1e-5, relu: true } as const;

function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor[] {
  return tf.engine().runKernel<tf.Tensor[]>(name, inputs, attributes as unknown as tf.NamedAttrMap);
}

/** Inputs of ordinary size for one kernel of the contract, called as a training step calls it. */
export function createKernel(kernelCase: KernelCase): PreparedKernel {
  const given: Record<string, tf.Tensor> = {};
  const { name, inputs, attributes } = call(kernelCase, given);
  return {
    run: () => tf.dispose(runKernel(name, inputs, attributes)),
    given: () => given,
    norms() {
      const outputs = runKernel(name, inputs, attributes);
      // Forward passes also return statistics; only the first output is what other frameworks return as well.
      const compared = /gradient|backward/.test(kernelCase.operation) ? outputs : outputs.slice(0, 1);
      const norms = compared.map((output) => lengthOf(output.dataSync()));
      tf.dispose(outputs);
      return norms;
    },
    dispose: () => tf.dispose([...new Set([...Object.values(inputs), ...Object.values(given)])]),
  };
}

function lengthOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += (values[at] ?? 0) ** 2;
  return Math.sqrt(sum);
}

interface KernelCall {
  readonly name: string;
  readonly inputs: tf.NamedTensorMap;
  readonly attributes: object;
}

/** The call of a case; what it draws at random is also put into `given`. */
function call(kernelCase: KernelCase, given: Record<string, tf.Tensor>): KernelCall {
  const { operation, batch, input, output, size, stride, padding, groups } = kernelCase;
  const channels = output[2];
  const adds = operation.endsWith('-add');
  const inputShape = [batch, ...input] as [number, number, number, number];
  const outputShape = [batch, ...output] as [number, number, number, number];
  const filterShape = [size, size, input[2] / groups, channels] as [number, number, number, number];
  const draw = (name: string, shape: number[]): tf.Tensor => {
    const seed = Object.keys(given).length + 1;
    return (given[name] = tf.randomNormal(shape, 0, 1, 'float32', seed));
  };
  const x = (): tf.Tensor => draw('x', inputShape);
  const dy = (): tf.Tensor => draw('dy', outputShape);
  const filter = (): tf.Tensor => draw('filter', filterShape);
  const scaleAndShift = () => ({ gamma: tf.ones([channels]), beta: tf.zeros([channels]) });
  const running = () => ({ runningMean: tf.zeros([channels]), runningVariance: tf.ones([channels]) });
  const statistics = () => ({ mean: tf.zeros([channels]), variance: tf.ones([channels]) });
  const convolution = { stride, padding };
  const pooling = { windowSize: size, stride, padding };

  switch (operation) {
    case 'forward':
      if (groups > 1) {
        return {
          name: kernels.GROUPED_CONVOLUTION,
          inputs: { x: x(), filter: filter() },
          attributes: { ...convolution, groups } satisfies kernels.GroupedConvolutionAttributes,
        };
      }
      return {
        name: kernels.CONVOLUTION,
        inputs: { x: x(), filter: filter() },
        attributes: convolution satisfies kernels.ConvolutionAttributes,
      };
    case 'data-gradient':
      if (groups > 1) {
        return {
          name: kernels.GROUPED_CONVOLUTION_INPUT_GRADIENT,
          inputs: { dy: dy(), filter: filter() },
          attributes: {
            ...convolution,
            groups,
            inputShape,
          } satisfies kernels.GroupedConvolutionInputGradientAttributes,
        };
      }
      return {
        name: kernels.CONVOLUTION_INPUT_GRADIENT,
        inputs: { dy: dy(), filter: filter() },
        attributes: { ...convolution, inputShape } satisfies kernels.ConvolutionInputGradientAttributes,
      };
    case 'filter-gradient':
      if (groups > 1) {
        return {
          name: kernels.GROUPED_CONVOLUTION_FILTER_GRADIENT,
          inputs: { x: x(), dy: dy() },
          attributes: {
            ...convolution,
            groups,
            filterShape,
          } satisfies kernels.GroupedConvolutionFilterGradientAttributes,
        };
      }
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
          ...(adds ? { residual: draw('residual', outputShape) } : {}),
        },
        attributes: { ...convolution, ...NORM, runningFraction: 0.1 } satisfies kernels.ConvolutionBatchNormAttributes,
      };
    case 'backward-batch-norm':
    case 'backward-batch-norm-add': {
      const forward = call({ ...kernelCase, operation: adds ? 'forward-batch-norm-add' : 'forward-batch-norm' }, given);
      const [y, z, mean, variance, ...unused] = runKernel(forward.name, forward.inputs, forward.attributes);
      const { runningMean, runningVariance, residual: _kept, ...inputs } = forward.inputs;
      tf.dispose([runningMean, runningVariance, ...unused].filter((tensor) => tensor !== undefined));
      return {
        name: kernels.CONVOLUTION_BATCH_NORM_GRADIENT,
        inputs: { ...inputs, ...present({ y, z, mean, variance }), dy: dy() },
        attributes: {
          ...convolution,
          ...NORM,
          hasResidual: adds,
          inputGradient: input[2] > 3,
          reuseDy: false,
        } satisfies kernels.ConvolutionBatchNormGradientAttributes,
      };
    }
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
    case 'batch-norm-gradient': {
      const forward = call({ ...kernelCase, operation: 'batch-norm' }, given);
      const [y, mean, variance, ...unused] = runKernel(forward.name, forward.inputs, forward.attributes);
      const { runningMean, runningVariance, ...inputs } = forward.inputs;
      tf.dispose([runningMean, runningVariance, ...unused].filter((tensor) => tensor !== undefined));
      return {
        name: kernels.BATCH_NORM_GRADIENT,
        inputs: { ...inputs, ...present({ y, mean, variance }), dy: dy() },
        attributes: { ...NORM, hasResidual: false } satisfies kernels.BatchNormGradientAttributes,
      };
    }
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
        inputs: { dy: draw('dy', [batch, channels]) },
        attributes: { inputShape } satisfies kernels.GlobalAveragePoolGradientAttributes,
      };
  }
}

/** Tensors that a kernel has returned, none of them missing. */
function present(tensors: Readonly<Record<string, tf.Tensor | undefined>>): tf.NamedTensorMap {
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    if (tensor === undefined) throw new RangeError(`the forward kernel returned no ${name}`);
    return [name, tensor] as const;
  });
  return Object.fromEntries(entries);
}
