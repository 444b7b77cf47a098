import { maxPool } from '@resnet-ts/tensor-ops';
import { bareConvolution } from './bare-convolution.js';
import { batchNormUnit } from './batch-norm-unit.js';
import { ownedBy, type Block } from './block.js';
import type { BlockOptions } from './block-options.js';
import { windowedShape } from './feature-shape.js';
import { parameterFreeRow } from './layer-row.js';

const POOL = { windowSize: 2, stride: 2, padding: 0 } as const;

/**
 * A 3×3 convolution, a 2×2 max pool, batch norm, ReLU: how the networks made for short trainings halve the resolution
 * (D. Page, "How to train your ResNet", part 4; arXiv 2404.00498, section 3.1). The convolution sees every pixel where
 * one of stride 2 passes three of four by, and batch norm works on what the pool leaves.
 * `[N, H, W, Cin]` → `[N, floor(H/2), floor(W/2), channels]`.
 *
 * @throws ArgumentError for sizes that are not positive integers, or a map of less than 2×2
 * @example
 * pooledConvolution({ name: 'layer1.0', inputShape: [32, 32, 24], channels: 64 }).outputShape; // [16, 16, 64]
 */
export function pooledConvolution({ name, inputShape, channels }: Omit<BlockOptions, 'stride'>): Block {
  const convolution = bareConvolution({
    ...{ name: `${name}.conv`, inputShape, outputChannels: channels, kernelSize: 3, stride: 1 },
  });
  const whole = convolution.outputShape;
  const outputShape = windowedShape(whole, channels, { ...POOL, window: POOL.windowSize });
  const activation = batchNormUnit({ batchNorm: `${name}.bn`, inputShape: outputShape });
  const owned = ownedBy([convolution, activation]);
  return {
    inputShape,
    outputShape,
    ...owned,
    layers: [
      ...convolution.layers,
      parameterFreeRow(`${name}.pool`, 'max-pool', whole, outputShape),
      ...activation.layers,
    ],

    apply(x, state, mode) {
      const { y } = convolution.apply(x, state, mode);
      return activation.apply(maxPool(y, POOL), state, mode);
    },
  };
}
