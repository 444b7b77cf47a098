import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_GRADIENT } from '@resnet-ts/tensor-ops/kernels';
import type { SoftmaxCrossEntropyAttributes } from '@resnet-ts/tensor-ops/kernels';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../kernel-backend.js';
import { integersOf, numbersOf } from './attributes.js';
import { defineKernel } from './define-kernel.js';
import { floatsOf, sameShape, shape2 } from './shapes.js';

/** The labels of a batch. A label out of range would make C++ read and write outside its arrays, so each is checked. */
function checkedLabels(backend: KernelBackend, labels: TensorInfo, batch: number, classes: number): Int32Array {
  if (!sameShape(labels.shape, [batch]))
    throw new ArgumentError(expected(`[${batch}]`, 'the shape of labels', labels.shape));
  const values = backend.integers(labels);
  for (let n = 0; n < batch; n++) {
    const label = values[n];
    if (label === undefined || label < 0 || label >= classes) {
      throw new ArgumentError(expected(`a class from 0 to ${classes - 1}`, `labels[${n}]`, label));
    }
  }
  return values;
}

export const softmaxCrossEntropy = defineKernel<
  { logits: TensorInfo; labels: TensorInfo },
  SoftmaxCrossEntropyAttributes
>(SOFTMAX_CROSS_ENTROPY, ({ inputs: { logits, labels }, attributes, backend }) => {
  const [batch, classes] = shape2(logits, 'logits');
  const labelValues = checkedLabels(backend, labels, batch, classes);
  const loss = backend.output([]);
  const probabilities = backend.output([batch, classes]);
  backend.engine.softmaxCrossEntropy(
    integersOf(batch, classes),
    numbersOf(attributes.labelSmoothing),
    backend.floats(logits),
    labelValues,
    loss.values,
    probabilities.values,
  );
  return [loss.info, probabilities.info];
});

export const softmaxCrossEntropyGradient = defineKernel<
  { dy: TensorInfo; probabilities: TensorInfo; labels: TensorInfo },
  SoftmaxCrossEntropyAttributes
>(SOFTMAX_CROSS_ENTROPY_GRADIENT, ({ inputs: { dy, probabilities, labels }, attributes, backend }) => {
  const [batch, classes] = shape2(probabilities, 'probabilities');
  const labelValues = checkedLabels(backend, labels, batch, classes);
  const dyValues = floatsOf(backend, dy, [], 'dy');
  const dLogits = backend.output([batch, classes]);
  backend.engine.softmaxCrossEntropyGradient(
    integersOf(batch, classes),
    numbersOf(attributes.labelSmoothing),
    dyValues,
    backend.floats(probabilities),
    labelValues,
    dLogits.values,
  );
  return [dLogits.info];
});
