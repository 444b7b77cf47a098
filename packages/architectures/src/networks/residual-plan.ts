import * as tf from '@tensorflow/tfjs-core';
import { dropout, globalAveragePool, type ParameterSpec } from '@resnet-ts/tensor-ops';
import { batchNormUnit, ownedBy, parameterFreeRow } from '@resnet-ts/residual-blocks';
import type { ResolvedOptions } from '../network-options.js';
import type { ResidualTable } from '../tables/network-table.js';
import { denseLayer } from './dense-layer.js';
import type { NetworkPlan } from './network-plan.js';
import { residualStages } from './residual-stages.js';
import { runStages } from './segments.js';
import { shownBlock } from './shown-block.js';
import { stemOf } from './stems.js';

/** Stem, stages, global average pool, fc: the residual and plain networks of the paper (Table 1, section 4.2). */
export function residualPlan(table: ResidualTable, options: ResolvedOptions): NetworkPlan {
  const stem = shownBlock('stem', stemOf(table.stem, options.inputShape));
  const stages = residualStages(table, stem.outputShape, options);
  const features = stages.at(-1)?.at(-1)?.outputShape ?? stem.outputShape;
  // After the last addition, one more batch norm and ReLU (arXiv 1603.05027, appendix).
  const preActivated = table.block === 'pre-activation-basic' || table.block === 'pre-activation-bottleneck';
  const closing = preActivated ? [batchNormUnit({ batchNorm: 'norm', inputShape: features })] : [];
  const parts = [stem, ...stages.flat(), ...closing];
  const dropoutRate = preActivated ? 0 : (table.dropoutRate ?? 0);
  const classifier = denseLayer('fc', features[2], options.classes);
  const { parameters, buffers, layers } = ownedBy(parts);

  return {
    parameters: [
      ...parameters.map((spec) => (stem.parameters.includes(spec) ? spec : initialized(spec, table))),
      ...classifier.parameters,
    ],
    buffers,
    layers: [
      ...layers,
      parameterFreeRow('avgpool', 'global-average-pool', features, [features[2]]),
      ...classifier.layers,
    ],

    forward(images, state, mode) {
      const { y, buffers: updated } = runStages(
        [[stem], ...stages, ...(closing.length > 0 ? [closing] : [])],
        images,
        state,
        mode,
      );
      const { training, randomness } = mode;
      const logits = tf.tidy(() => {
        const pooled = globalAveragePool(y);
        const drops = training && randomness !== undefined && dropoutRate > 0;
        return classifier.apply(drops ? dropout(pooled, { rate: dropoutRate, name: 'fc', randomness }) : pooled, state);
      });
      y.dispose();
      return { logits, buffers: mode.training ? updated : state.buffers };
    },
  };
}

function initialized(spec: ParameterSpec, { initialFilters }: ResidualTable): ParameterSpec {
  if (initialFilters === undefined || spec.role !== 'convolution-filter') return spec;
  return { ...spec, initializer: { kind: initialFilters } };
}
