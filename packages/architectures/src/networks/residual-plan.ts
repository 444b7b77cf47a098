import * as tf from '@tensorflow/tfjs-core';
import { globalAveragePool } from '@resnet-ts/tensor-ops';
import { ownedBy, parameterFreeRow } from '@resnet-ts/residual-blocks';
import type { ResolvedOptions } from '../network-options.js';
import type { ResidualTable } from '../tables/network-table.js';
import { denseLayer } from './dense-layer.js';
import type { NetworkPlan } from './network-plan.js';
import { residualStages } from './residual-stages.js';
import { runStages } from './segments.js';
import { shownBlock } from './shown-block.js';
import { cifarStem, imagenetStem } from './stems.js';

/** Stem, stages, global average pool, fc: the residual and plain networks of the paper (Table 1, section 4.2). */
export function residualPlan(table: ResidualTable, options: ResolvedOptions): NetworkPlan {
  const stemOf = table.stem.kind === 'cifar' ? cifarStem : imagenetStem;
  const stem = shownBlock('stem', stemOf(options.inputShape, table.stem.channels));
  const stages = residualStages(table, stem.outputShape, options);
  const parts = [stem, ...stages.flat()];
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
      const { y, buffers: updated } = runStages([[stem], ...stages], images, state, mode);
      const logits = tf.tidy(() => classifier.apply(globalAveragePool(y), state));
      y.dispose();
      return { logits, buffers: mode.training ? updated : state.buffers };
    },
  };
}
