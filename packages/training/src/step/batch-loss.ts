import { softmaxCrossEntropy } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { StepBatch } from '../augmentation/augment-batch.js';

/**
 * Mean cross-entropy of a batch. Of mixed images λ·CE(a) + (1 − λ)·CE(b), the labels of both images by their share
 * (arXiv 1710.09412, 1905.04899): with softmax cross-entropy that is the loss of the mixed one-hot labels.
 *
 * @param logits `[N, K]`
 */
export function batchLoss(logits: Tensor2D, { labels, mixed }: StepBatch, labelSmoothing: number): Scalar {
  const first = softmaxCrossEntropy(logits, labels, { labelSmoothing });
  if (mixed === undefined) return first;
  const { share } = mixed;
  const second = softmaxCrossEntropy(logits, mixed.labels, { labelSmoothing });
  const combine = tf.customGrad((...inputs) => {
    const [a, b] = inputs as [Scalar, Scalar];
    return {
      value: tf.add(tf.mul(a, share), tf.mul(b, 1 - share)),
      gradFunc: (dy: tf.Tensor | readonly tf.Tensor[]) => {
        const gradient = dy as tf.Tensor;
        return [tf.mul(gradient, share), tf.mul(gradient, 1 - share)];
      },
    };
  });
  return combine(first, second) as Scalar;
}
