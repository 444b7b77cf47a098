import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { ownedBy, type Block } from './block.js';
import type { ResidualBlockOptions } from './block-options.js';
import { convolutionUnit } from './convolution-unit.js';
import { residualSum } from './residual-sum.js';
import { chooseShortcut } from './shortcuts/choose-shortcut.js';

/** Output channels of a bottleneck for each channel of its 3×3 (paper, Table 1: 64 → 256). */
export const BOTTLENECK_EXPANSION = 4;

/** Which convolution of a bottleneck carries the stride: the first 1×1 (v1, the paper's release) or the 3×3 (v1.5). */
export type StridePlacement = 'v1' | 'v1.5';

export interface BottleneckBlockOptions extends ResidualBlockOptions {
  readonly stridePlacement: StridePlacement;
  /** Channels of the two inner layers: wide networks and ResNeXt have more than `channels`, the default. */
  readonly innerChannels?: number;
  /** Groups of the 3×3: the cardinality of ResNeXt (arXiv 1611.05431, figure 3c). Default 1. */
  readonly groups?: number;
}

/**
 * Bottleneck block (paper, figure 5 right): 1×1 reduces, 3×3, 1×1 restores to four times `channels`, plus the shortcut,
 * ReLU. `[N, H, W, Cin]` → `[N, ceil(H/stride), ceil(W/stride), 4·channels]`.
 *
 * v1 and v1.5 have the same parameters and different multiply-adds. The paper's counts are v1; published weights are v1.5.
 *
 * @throws ArgumentError for groups that do not divide the inner channels, sizes that are not positive integers, an unknown stride placement, or option A with fewer
 *   channels out than in
 * @example
 * const block = bottleneckBlock({
 *   name: 'layer2.0', inputShape: [56, 56, 256], channels: 128, stride: 2, shortcut: 'B', stridePlacement: 'v1.5',
 * });
 * block.outputShape; // [28, 28, 512]
 */
export function bottleneckBlock(options: BottleneckBlockOptions): Block {
  const { name, inputShape, channels, stride, stridePlacement, zeroInitResidual = false, ends } = options;
  const { innerChannels = channels, groups = 1 } = options;
  if (stridePlacement !== 'v1' && stridePlacement !== 'v1.5') {
    throw new ArgumentError(expected("'v1' or 'v1.5'", `${name} stridePlacement`, stridePlacement));
  }
  const outputChannels = BOTTLENECK_EXPANSION * channels;
  const reduce = convolutionUnit({
    convolution: `${name}.conv1`,
    batchNorm: `${name}.bn1`,
    inputShape,
    outputChannels: innerChannels,
    kernelSize: 1,
    stride: stridePlacement === 'v1' ? stride : 1,
    relu: true,
  });
  const middle = convolutionUnit({
    convolution: `${name}.conv2`,
    batchNorm: `${name}.bn2`,
    inputShape: reduce.outputShape,
    outputChannels: innerChannels,
    kernelSize: 3,
    stride: stridePlacement === 'v1' ? 1 : stride,
    groups,
    relu: true,
  });
  const restore = residualSum(
    name,
    {
      convolution: `${name}.conv3`,
      batchNorm: `${name}.bn3`,
      inputShape: middle.outputShape,
      outputChannels,
      kernelSize: 1,
      stride: 1,
      zeroInitGamma: zeroInitResidual,
    },
    ends,
  );
  const shortcut = chooseShortcut(options.shortcut, { ...options, outputChannels });

  return {
    inputShape,
    outputShape: restore.outputShape,
    ...ownedBy([reduce, middle, restore, shortcut]),

    apply(x, state, mode) {
      const reduced = reduce.apply(x, state, mode);
      const branch = middle.apply(reduced.y, state, mode);
      const around = shortcut.apply(x, state, mode);
      const sum = restore.apply(branch.y, state, mode, around.y); // + shortcut, then ReLU, in the same operation
      return {
        y: sum.y,
        buffers: { ...reduced.buffers, ...branch.buffers, ...sum.buffers, ...around.buffers },
      };
    },
  };
}
