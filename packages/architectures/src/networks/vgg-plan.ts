import * as tf from '@tensorflow/tfjs-core';
import { flatten, relu } from '@resnet-ts/tensor-ops';
import { ownedBy } from '@resnet-ts/residual-blocks';
import type { ResolvedOptions } from '../network-options.js';
import type { VggTable } from '../tables/network-table.js';
import { denseLayer } from './dense-layer.js';
import type { NetworkPlan } from './network-plan.js';
import { runStages } from './segments.js';
import { vggFeatures } from './vgg-features.js';

/**
 * VGG: convolutions with bias and ReLU, max pools, then fc6, fc7, fc8 (`classifier.0`, `.3`, `.6`). No batch norm, so no
 * buffers, and training and inference are the same function. Dropout is not applied. Features are flattened in
 * `[H, W, C]` order, so fc6 rows are a permutation of torchvision's, which flattens `[C, H, W]`.
 */
export function vggPlan(table: VggTable, options: ResolvedOptions): NetworkPlan {
  const features = vggFeatures(table, options.inputShape);
  const parts = features.flat();
  const [height, width, channels] = parts.at(-1)?.outputShape ?? options.inputShape;
  const fc6 = denseLayer('classifier.0', height * width * channels, table.hiddenFeatures);
  const fc7 = denseLayer('classifier.3', table.hiddenFeatures, table.hiddenFeatures);
  const fc8 = denseLayer('classifier.6', table.hiddenFeatures, options.classes);
  const classifier = [fc6, fc7, fc8];
  const { parameters, buffers, layers } = ownedBy(parts);

  return {
    parameters: [...parameters, ...classifier.flatMap((layer) => layer.parameters)],
    buffers,
    layers: [...layers, ...classifier.flatMap((layer) => layer.layers)],

    forward(images, state, mode) {
      const { y } = runStages(features, images, state, mode);
      const logits = tf.tidy(() => fc8.apply(relu(fc7.apply(relu(fc6.apply(flatten(y), state)), state)), state));
      y.dispose();
      return { logits, buffers: state.buffers };
    },
  };
}
