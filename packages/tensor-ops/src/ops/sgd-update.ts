import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { execute } from '../dispatch/execute.js';
import { expected } from '../errors/expected.js';
import { ArgumentError } from '../errors/residual-error.js';
import type { SgdUpdateAttributes } from '../kernels.js';
import { SGD_UPDATE } from '../kernels.js';
import { assertInteger, assertNumber } from '../shape/assert-value.js';
import { assertShape } from '../shape/assert-tensor.js';

/** Equal-length lists; element i of each belongs to parameter i and has its shape. */
export interface SgdUpdateTensors {
  readonly parameters: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  readonly velocities: readonly Tensor[];
}

/** The attributes of the kernel; the count follows from the lists. */
export type SgdUpdateOptions = Omit<SgdUpdateAttributes, 'count'>;

/**
 * One step of SGD with momentum and weight decay over many tensors at once (section 3.4: momentum 0.9, decay 0.0001).
 * With g' = g + decay·w:
 * form 'torch': v ← m·v + g'; w ← w − lr·(nesterov ? g' + m·v : v);
 * form 'caffe' (the paper's code): v ← m·v + lr·g'; w ← w − (nesterov ? m·v + lr·g' : v).
 * They differ when the rate changes: Caffe's velocity still holds the old rate.
 *
 * @param tensors parameters, gradients and velocities; none is changed or disposed
 * @param options.weightDecay one value a parameter (0 where none applies)
 * @returns new parameters and velocities, in order; the caller disposes the old ones
 * @throws ArgumentError for lists of different lengths or bad numbers; ShapeError when shapes differ
 * @example
 * const w = tf.tensor1d([1]);
 * const { parameters } = sgdUpdate(
 *   { parameters: [w], gradients: [tf.tensor1d([0.5])], velocities: [tf.zeros([1])] },
 *   { learningRate: 0.1, momentum: 0.9, nesterov: false, form: 'torch', weightDecay: [0] },
 * ); // [[0.95]]
 */
export function sgdUpdate(
  { parameters, gradients, velocities }: SgdUpdateTensors,
  options: SgdUpdateOptions,
): { parameters: Tensor[]; velocities: Tensor[] } {
  const count = parameters.length;
  assertLength(gradients, 'gradients', count);
  assertLength(velocities, 'velocities', count);
  assertLength(options.weightDecay, 'weightDecay', count);
  assertNumber(options.learningRate, 'learningRate', 0);
  assertNumber(options.momentum, 'momentum', 0, 1);
  if (options.form !== 'torch' && options.form !== 'caffe') {
    throw new ArgumentError(expected("'torch' or 'caffe'", 'form', options.form));
  }
  const inputs: tf.NamedTensorMap = {};
  parameters.forEach((parameter, index) => {
    const gradient = gradients[index] as Tensor;
    const velocity = velocities[index] as Tensor;
    assertShape(gradient, `gradients[${index}]`, parameter.shape, 'that of its parameter');
    assertShape(velocity, `velocities[${index}]`, parameter.shape, 'that of its parameter');
    assertNumber(options.weightDecay[index] as number, `weightDecay[${index}]`, 0);
    inputs[`parameter${index}`] = parameter;
    inputs[`gradient${index}`] = gradient;
    inputs[`velocity${index}`] = velocity;
  });
  if (count === 0) return { parameters: [], velocities: [] };

  const attributes: SgdUpdateAttributes = { ...options, count };
  const updated = execute(SGD_UPDATE, inputs, attributes, () => {
    const steps = parameters.map((parameter, index) =>
      updateOne(
        parameter,
        gradients[index] as Tensor,
        velocities[index] as Tensor,
        options.weightDecay[index] ?? 0,
        options,
      ),
    );
    return [...steps.map((step) => step.parameter), ...steps.map((step) => step.velocity)];
  });
  return { parameters: updated.slice(0, count), velocities: updated.slice(count) };
}

function updateOne(
  w: Tensor,
  g: Tensor,
  v: Tensor,
  decay: number,
  { form, learningRate, momentum, nesterov }: SgdUpdateOptions,
): { parameter: Tensor; velocity: Tensor } {
  const decayed = decay === 0 ? g : tf.add(g, tf.mul(w, decay));
  const step = form === 'caffe' ? tf.mul(decayed, learningRate) : decayed;
  const velocity = tf.add(tf.mul(v, momentum), step);
  const direction = nesterov ? tf.add(step, tf.mul(velocity, momentum)) : velocity;
  const change = form === 'caffe' ? direction : tf.mul(direction, learningRate);
  return { parameter: tf.sub(w, change), velocity };
}

function assertLength(list: readonly unknown[], parameter: string, count: number): void {
  if (!Array.isArray(list)) throw new ArgumentError(expected('an array', parameter, list));
  if (list.length === count) return;
  assertInteger(list.length, `${parameter}.length`, 0);
  throw new ArgumentError(expected(`${count} elements, one a parameter,`, parameter, list.length));
}
