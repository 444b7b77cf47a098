import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { withoutRecording } from '../autodiff/recording.js';
import { chooseImplementation } from './implementations.js';

/** Runs a kernel of the contract. The one place where typed attributes meet tfjs's untyped attribute map. */
export function runKernel(kernelName: string, inputs: tf.NamedTensorMap, attributes: object): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(kernelName, inputs, attributes as tf.NamedAttrMap);
}

/**
 * Runs an operation: the active backend's kernel if it has one, else the reference. Neither is recorded for
 * differentiation (our operations bring their own gradient), and what the reference makes on the way is disposed.
 * The outputs belong to the caller's scope.
 */
export function execute(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attributes: object,
  reference: () => Tensor[],
): Tensor[] {
  return withoutRecording(() =>
    chooseImplementation(kernelName) === 'kernel' ? runKernel(kernelName, inputs, attributes) : tf.tidy(reference),
  );
}
