import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { attachGradient } from '../autodiff/differentiable.js';
import { execute } from '../dispatch/execute.js';
import { expected } from '../errors/expected.js';
import { ArgumentError, ShapeError } from '../errors/residual-error.js';
import type { SoftmaxCrossEntropyAttributes } from '../kernels.js';
import { SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT } from '../kernels.js';
import { assertNumber } from '../shape/assert-value.js';
import { assertTensor } from '../shape/assert-tensor.js';

// Reading a tensor back waits for the device there, and is refused by webgpu.
const BACKENDS_SLOW_TO_READ = new Set(['webgl', 'webgpu']);

/** A label outside the classes would read foreign memory in a kernel and count as no class in the reference. */
function assertLabels(labels: Tensor1D, classes: number): void {
  if (BACKENDS_SLOW_TO_READ.has(tf.getBackend())) return;
  const values = labels.dataSync();
  const wrong = values.findIndex((label) => !(label >= 0 && label < classes));
  if (wrong >= 0) {
    throw new ArgumentError(expected(`a class from 0 to ${classes - 1}`, `labels[${wrong}]`, values[wrong]));
  }
}

/**
 * Mean over the batch of −Σ target·log softmax(logits), with target = (1 − ε)·one-hot + ε / classes.
 * Differentiable by the logits.
 *
 * @param logits `[N, K]` float32
 * @param labels `[N]` int32, each from 0 to K − 1 (checked wherever reading them is cheap)
 * @param options.labelSmoothing ε, from 0 to 1 (default 0)
 * @returns the loss in nats, a scalar
 * @throws ShapeError when shapes or dtypes do not agree; ArgumentError for a label out of range or a bad ε
 * @example
 * const loss = softmaxCrossEntropy(tf.zeros([2, 10]), tf.tensor1d([3, 7], 'int32')); // ln 10 = 2.3026
 */
export function softmaxCrossEntropy(
  logits: Tensor2D,
  labels: Tensor1D,
  { labelSmoothing = 0 }: { readonly labelSmoothing?: number } = {},
): Scalar {
  assertTensor(logits, 'logits', '[N, K]', 2);
  const [batch, classes] = logits.shape;
  if (!(labels instanceof tf.Tensor) || labels.rank !== 1 || labels.shape[0] !== batch) {
    const received = labels instanceof tf.Tensor ? labels.shape : labels;
    throw new ShapeError(expected(`shape [${batch}], one label an example,`, 'labels', received));
  }
  if (labels.dtype !== 'int32') throw new ShapeError(expected('dtype int32', 'labels', labels.dtype));
  assertNumber(labelSmoothing, 'labelSmoothing', 0, 1);
  assertLabels(labels, classes);

  const attributes: SoftmaxCrossEntropyAttributes = { labelSmoothing };
  const outputs = execute(SOFTMAX_CROSS_ENTROPY, { logits, labels }, attributes, () => {
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const exponentials = tf.exp(shifted);
    const sums = tf.sum(exponentials, 1, true);
    const logProbabilities = tf.sub(shifted, tf.log(sums));
    const losses = tf.neg(tf.sum(tf.mul(targets(labels, classes, labelSmoothing), logProbabilities), 1));
    return [tf.mean(losses), tf.div(exponentials, sums)];
  });
  const [loss, probabilities] = outputs as [Scalar, Tensor2D];
  attachGradient(loss, [logits], [probabilities, labels], (dy, saved) => {
    const [savedProbabilities, savedLabels] = saved as [Tensor2D, Tensor1D];
    const inputs = { dy, probabilities: savedProbabilities, labels: savedLabels };
    return execute(SOFTMAX_CROSS_ENTROPY_GRADIENT, inputs, attributes, () => {
      const difference = tf.sub(savedProbabilities, targets(savedLabels, classes, labelSmoothing));
      return [tf.mul(difference, tf.div(dy, batch))];
    });
  });
  probabilities.dispose();
  return loss;
}

/** (1 − ε)·one-hot + ε / classes, `[N, K]` */
function targets(labels: Tensor1D, classes: number, labelSmoothing: number): Tensor {
  // Cast rather than asked for as float32: tfjs-backend-wasm 4.22 then writes integers into the float's bits.
  const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32');
  return labelSmoothing === 0 ? oneHot : tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes);
}
