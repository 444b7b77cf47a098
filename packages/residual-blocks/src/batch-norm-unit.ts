import { batchNorm, batchNormInference } from '@resnet-ts/tensor-ops';
import type { Block } from './block.js';
import {
  batchNormBuffers,
  batchNormNames,
  batchNormParameters,
  batchNormTensors,
  namedStatistics,
} from './batch-norm-specs.js';
import type { FeatureShape } from './feature-shape.js';
import { batchNormRow } from './layer-row.js';

/**
 * Batch norm and ReLU without a convolution before them: the "pre-activation" that opens a block of the second paper
 * (arXiv 1603.05027, figure 1b) and closes its networks.
 *
 * @example
 * batchNormUnit({ batchNorm: 'layer1.0.bn1', inputShape: [32, 32, 16] }).parameters.length; // 2
 */
export function batchNormUnit({
  batchNorm: name,
  inputShape,
}: {
  readonly batchNorm: string;
  readonly inputShape: FeatureShape;
}): Block {
  const channels = inputShape[2];
  const names = batchNormNames(name);
  return {
    inputShape,
    outputShape: inputShape,
    parameters: batchNormParameters(name, channels),
    buffers: batchNormBuffers(name, channels),
    layers: [batchNormRow(name, inputShape)],

    apply(x, state, { training, observe }) {
      const { affine, running } = batchNormTensors(names, state);
      if (observe?.normalized !== undefined) {
        const bare = training ? batchNorm(x, affine, running).y : batchNormInference(x, affine, running);
        observe.normalized(name, bare);
      }
      if (!training) return { y: batchNormInference(x, affine, running, { relu: true }), buffers: {} };
      const { y, running: updated } = batchNorm(x, affine, running, { relu: true });
      return { y, buffers: namedStatistics(names, updated) };
    },
  };
}
