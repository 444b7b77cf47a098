import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { valueAndGradients } from '../autodiff/value-and-gradients.js';
import type { NamedTensors } from '../contracts/image-classifier.js';
import { createCounterRandom } from '../random/counter-random.js';

/** Values of one input: uniform in [minimum, maximum], from the seed of the case and the name of the input. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** Default −1. */
  readonly minimum?: number;
  /** Default 1. */
  readonly maximum?: number;
  /** Rounds down to integers: ties on purpose, or labels. Default float32, not rounded. */
  readonly whole?: 'float32' | 'int32';
}

/** One operation on one set of shapes, with everything it returns. */
export interface ConformanceCase {
  readonly name: string;
  /** Kernels of the contract that must run, if the backend claims to have them. */
  readonly kernels: readonly string[];
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Outputs and gradients by name. */
  readonly run: (inputs: NamedTensors) => NamedTensors;
  /** Terms of the longest sum behind one value; the tolerance follows from it. */
  readonly reductionLength: number;
  /** How much the formula itself magnifies rounding errors (default 1), such as |mean| / deviation in batch norm. */
  readonly conditioning?: number;
}

/** The values of an input of a case; the same on every machine. */
export function inputValues(caseName: string, inputName: string, spec: InputSpec): Float32Array | Int32Array {
  const { shape, minimum = -1, maximum = 1, whole } = spec;
  const size = shape.reduce((product, length) => product * length, 1);
  const random = createCounterRandom({ seed: 2016, purpose: `conformance:${caseName}:${inputName}` });
  const value = (_: unknown, index: number): number => {
    const uniform = minimum + (maximum - minimum) * random.uniform(index);
    return whole === undefined ? uniform : Math.floor(uniform);
  };
  return whole === 'int32' ? Int32Array.from({ length: size }, value) : Float32Array.from({ length: size }, value);
}

/** The inputs of a case as tensors of the active backend. */
export function inputTensors({ name, inputs }: ConformanceCase): NamedTensors {
  return Object.fromEntries(
    Object.entries(inputs).map(([inputName, spec]) => {
      const dtype = spec.whole === 'int32' ? 'int32' : 'float32';
      return [inputName, tf.tensor(inputValues(name, inputName, spec), [...spec.shape], dtype)];
    }),
  );
}

/**
 * Runs a differentiable operation and returns what it returned, and its gradient by each of the named inputs through
 * the loss Σ w·y with weights w of alternating sign, so that every output has a gradient of its own.
 */
export function outputsAndGradients(
  inputs: NamedTensors,
  differentiated: readonly string[],
  operation: (inputs: NamedTensors) => { readonly y: Tensor; readonly others?: NamedTensors },
): NamedTensors {
  const parameters = Object.fromEntries(Object.entries(inputs).filter(([name]) => differentiated.includes(name)));
  const { loss, gradients, auxiliary } = valueAndGradients(parameters, (current) => {
    const { y, others = {} } = operation({ ...inputs, ...current });
    return { loss: y.rank === 0 ? (y as Scalar) : weightedSum(y), auxiliary: { y, ...others } };
  });
  loss.dispose();
  const named = Object.entries(gradients).map(([name, gradient]): [string, Tensor] => [`d${name}`, gradient]);
  return { ...auxiliary, ...Object.fromEntries(named) };
}

function weightedSum(y: Tensor): Scalar {
  const random = createCounterRandom({ seed: 2016, purpose: 'conformance:weights' });
  const weights = Float32Array.from({ length: y.size }, (_, index) => 2 * random.uniform(index) - 1);
  return tf.customGrad<Scalar>((value) => ({
    value: tf.tidy(() => tf.sum<Scalar>(tf.mul(value as Tensor, tf.tensor(weights, y.shape)))),
    gradFunc: (dy) => tf.tidy(() => tf.mul(tf.tensor(weights, y.shape), dy)),
  }))(y);
}
