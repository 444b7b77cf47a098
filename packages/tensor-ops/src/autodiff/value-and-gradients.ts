import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../contracts/image-classifier.js';
import { expected } from '../errors/expected.js';
import { ArgumentError, ShapeError } from '../errors/residual-error.js';
import { disposeNamed } from './dispose-named.js';
import { withoutRecording } from './recording.js';

/** What the function to differentiate returns. */
export interface LossWithAuxiliary {
  readonly loss: Scalar;
  /** Tensors to bring out along with the loss, such as logits and running statistics; not differentiated. */
  readonly auxiliary?: NamedTensors;
}

export interface ValueAndGradients {
  readonly loss: Scalar;
  /** One a parameter, by its name; zeros for a parameter that the loss does not depend on. */
  readonly gradients: NamedTensors;
  readonly auxiliary: NamedTensors;
}

/**
 * A loss and its gradient by every parameter. Everything made inside is disposed except the loss, the gradients and
 * the auxiliary tensors, which belong to the caller (or its `tf.tidy`) and are never the tensors passed in.
 *
 * @param parameters float32 tensors by name, at least one
 * @param f a differentiable function, composed of the operations of this package
 * @throws ArgumentError without parameters; ShapeError when the loss is not a scalar; whatever `f` throws
 * @example
 * const { loss, gradients } = valueAndGradients(state.parameters, (parameters) => {
 *   const { logits, buffers } = network.apply(images, { parameters, buffers: state.buffers }, { training: true });
 *   return { loss: softmaxCrossEntropy(logits, labels), auxiliary: buffers };
 * });
 */
export function valueAndGradients(
  parameters: NamedTensors,
  f: (parameters: NamedTensors) => LossWithAuxiliary,
): ValueAndGradients {
  const names = Object.keys(parameters);
  const tensors = Object.values(parameters);
  if (names.length === 0) throw new ArgumentError(expected('at least one tensor', 'parameters', 'an empty record'));

  let kept: Record<string, Tensor> = {};
  let made: Scalar | undefined;
  const forward = (): Scalar => {
    const { loss, auxiliary = {} } = f(parameters);
    if (!(loss instanceof tf.Tensor) || loss.rank !== 0) {
      throw new ShapeError(expected('a scalar', 'loss', loss instanceof tf.Tensor ? loss.shape : loss));
    }
    // Clones, because an auxiliary tensor may be one the caller passed in, and the forward scope ends here.
    kept = withoutRecording(() => mapNamed(auxiliary, (tensor) => tf.keep(tf.clone(tensor))));
    return (made = loss);
  };
  try {
    const { value, grads } = tf.engine().gradients<Scalar>(forward, tensors, undefined, true);
    const given: readonly (Tensor | undefined)[] = grads;
    const auxiliary = mapNamed(kept, (tensor) => tf.clone(tensor));
    const gradients = Object.fromEntries(
      names.map((name, index) => [name, given[index] ?? tf.zerosLike(tensors[index] as Tensor)]),
    );
    // A loss that is itself a parameter would be disposed with the result.
    return { loss: tensors.includes(value) ? tf.clone(value) : value, gradients, auxiliary };
  } catch (error) {
    disposeTape();
    // A backward pass that fails leaves it.
    if (made !== undefined && !tensors.includes(made)) made.dispose();
    throw error;
  } finally {
    // A kept tensor belongs to no scope; its clone belongs to the caller's.
    disposeNamed(kept);
  }
}

function mapNamed(tensors: NamedTensors, f: (tensor: Tensor) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, f(tensor)]));
}

/** tfjs frees what it saved for the backward pass only when that pass ends; after an exception it never does. */
function disposeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
}
