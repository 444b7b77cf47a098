import type { BatchStream, ImageClassifier } from '@resnet-ts/tensor-ops';
import * as tf from '@tensorflow/tfjs-core';

/** A "network" whose logits are its images: the test writes the logits down as pixels, `[N, 1, classes, 1]`. */
export function tableNetwork(classes: number): ImageClassifier {
  return {
    name: 'table',
    inputShape: [1, classes, 1],
    classes,
    parameters: [],
    buffers: [],
    apply: (images, state, { training }) => {
      if (training) throw new Error('evaluation must not train');
      tf.zeros([3]); // inside the caller's tidy: must not outlive it
      return { logits: tf.reshape(images, [images.shape[0], classes]), buffers: state.buffers };
    },
  };
}

/** Batches of rows of logits with their labels. */
export function tableBatches(batches: readonly (readonly { logits: readonly number[]; label: number }[])[]): BatchStream {
  return {
    async iterator() {
      let index = 0;
      return {
        async next() {
          const rows = batches[index];
          index += 1;
          if (rows === undefined) return { value: { images: tf.zeros([0, 1, 1, 1]), labels: tf.zeros([0]) }, done: true };
          const images = tf.tensor4d(rows.flatMap(({ logits }) => [...logits]), [rows.length, 1, rows[0]?.logits.length ?? 1, 1]);
          return { value: { images, labels: tf.tensor1d(rows.map(({ label }) => label), 'int32') }, done: false };
        },
      };
    },
  };
}
