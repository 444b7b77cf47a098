import * as tf from '@tensorflow/tfjs-core';
import { globalAveragePool, type NamedTensors } from '@resnet-ts/tensor-ops';
import { ownedBy, parameterFreeRow } from '@resnet-ts/residual-blocks';
import type { ResolvedOptions } from '../network-options.js';
import type { ResidualTable } from '../tables/network-table.js';
import { denseLayer } from './dense-layer.js';
import type { NetworkPlan } from './network-plan.js';
import { residualStages } from './residual-stages.js';
import { cifarStem, imagenetStem } from './stems.js';

/** Stem, stages, global average pool, fc: the residual and plain networks of the paper (Table 1, section 4.2). */
export function residualPlan(table: ResidualTable, options: ResolvedOptions): NetworkPlan {
  const stemOf = table.stem.kind === 'cifar' ? cifarStem : imagenetStem;
  const stem = stemOf(options.inputShape, table.stem.channels);
  const parts = [stem, ...residualStages(table, stem.outputShape, options)];
  const features = parts.at(-1)?.outputShape ?? stem.outputShape;
  const classifier = denseLayer('fc', features[2], options.classes);
  const { parameters, buffers, layers } = ownedBy(parts);

  return {
    parameters: [...parameters, ...classifier.parameters],
    buffers,
    layers: [
      ...layers,
      parameterFreeRow('avgpool', 'global-average-pool', features, [features[2]]),
      ...classifier.layers,
    ],

    forward(images, state, mode) {
      const updated: Record<string, tf.Tensor> = {};
      let x = images;
      for (const part of parts) {
        const result: { y: tf.Tensor4D; buffers: NamedTensors } = tf.tidy(() => ({ ...part.apply(x, state, mode) }));
        // A block's input goes as soon as the block is through; what the gradient needs, the tape has kept.
        if (x !== images) x.dispose();
        x = result.y;
        Object.assign(updated, result.buffers);
      }
      const logits = tf.tidy(() => classifier.apply(globalAveragePool(x), state));
      x.dispose();
      return { logits, buffers: mode.training ? updated : state.buffers };
    },
  };
}
