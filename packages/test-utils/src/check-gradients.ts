import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Array64 } from './float64/array64.js';
import type { Tolerance } from './expect-tensors-close.js';
import { expectTensorsClose } from './expect-tensors-close.js';
import { seededValues } from './seeded-values.js';
import { weightedSum } from './weighted-sum.js';

/** An operation and its re-implementation in double precision. */
export interface GradientCheck {
  readonly label: string;
  /** float32 inputs, all differentiated. Disposed by the caller. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** The operation under test; what it makes is disposed. */
  readonly operation: (inputs: Readonly<Record<string, Tensor>>) => Tensor;
  /** The same operation in float64. */
  readonly float64: (inputs: Readonly<Record<string, Array64>>) => Array64;
  readonly closeness: Tolerance;
}

/** Step of the central differences: error about step² for the curve, 2^-52 / step for rounding, both near 1e-11. */
const STEP = 1e-5;

/**
 * Compares an operation with its float64 re-implementation, and each of its gradients with central differences of the
 * latter, both through the loss Σ w·y with seeded weights w. Prints every maximum error.
 *
 * @returns the largest normalised error of all
 * @example
 * checkGradients({
 *   label: 'relu',
 *   inputs: { x: seededTensor([3, 5], 1) },
 *   operation: ({ x }) => relu(x),
 *   float64: ({ x }) => relu64(x),
 *   closeness: { reductionLength: 1 },
 * });
 */
export function checkGradients({ label, inputs, operation, float64, closeness }: GradientCheck): number {
  const names = Object.keys(inputs);
  const tensors = Object.values(inputs);
  const exactInputs: Record<string, Array64> = Object.fromEntries(
    names.map((name, index) => [name, toFloat64(tensors[index] as Tensor)]),
  );
  const exact = float64(exactInputs);
  const weights = seededValues(exact.data.length, 97, { minimum: 0.25, maximum: 1 });
  weights.forEach((weight, index) => {
    if (index % 2 === 1) weights[index] = -weight;
  });

  return tf.tidy(() => {
    let y: Tensor | undefined;
    const { grads } = tf.engine().gradients(() => {
      y = operation(inputs);
      tf.keep(y);
      return weightedSum(y, weights);
    }, tensors);
    const errors: number[] = [];
    if (y !== undefined) {
      if (y.shape.join() !== exact.shape.join())
        throw new Error(`${label}: shape [${y.shape.join()}], expected [${exact.shape.join()}]`);
      errors.push(expectTensorsClose(y.dataSync(), exact.data, { ...closeness, label: `${label} forward` }));
      y.dispose();
    }
    names.forEach((name, index) => {
      const gradient = grads[index] as Tensor;
      const numeric = numericGradient(float64, exactInputs, name, weights);
      errors.push(expectTensorsClose(gradient.dataSync(), numeric, { ...closeness, label: `${label} d${name}` }));
    });
    return Math.max(...errors);
  });
}

function toFloat64(tensor: Tensor): Array64 {
  return { shape: tensor.shape, data: Float64Array.from(tensor.dataSync()) };
}

/** d(Σ w·f)/d(input), one pair of evaluations for each value of the input. */
function numericGradient(
  f: GradientCheck['float64'],
  inputs: Readonly<Record<string, Array64>>,
  name: string,
  weights: Float32Array,
): Float64Array {
  const input = inputs[name] as Array64;
  const loss = (data: Float64Array): number =>
    f({ ...inputs, [name]: { shape: input.shape, data } }).data.reduce(
      (sum, value, index) => sum + value * (weights[index] ?? 0),
      0,
    );
  return input.data.map((value, index) => {
    const above = input.data.slice();
    const below = input.data.slice();
    above[index] = value + STEP;
    below[index] = value - STEP;
    return (loss(above) - loss(below)) / (2 * STEP);
  });
}
