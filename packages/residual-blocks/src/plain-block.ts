import { ownedBy, type Block } from './block.js';
import type { BlockOptions } from './block-options.js';
import { convolutionUnit } from './convolution-unit.js';

/**
 * The basic block without its shortcut: 3×3, ReLU, 3×3, ReLU. Stacked, these are the paper's plain networks (section 3.3),
 * with the parameters and multiply-adds of the option A network of the same depth.
 * `[N, H, W, Cin]` → `[N, ceil(H/stride), ceil(W/stride), channels]`.
 *
 * @throws ArgumentError for sizes that are not positive integers
 * @example
 * const block = plainBlock({ name: 'layer2.0', inputShape: [32, 32, 16], channels: 32, stride: 2 });
 * block.outputShape; // [16, 16, 32]
 */
export function plainBlock({ name, inputShape, channels, stride }: BlockOptions): Block {
  const first = convolutionUnit({
    convolution: `${name}.conv1`,
    batchNorm: `${name}.bn1`,
    inputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride,
    relu: true,
  });
  const second = convolutionUnit({
    convolution: `${name}.conv2`,
    batchNorm: `${name}.bn2`,
    inputShape: first.outputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride: 1,
    relu: true,
  });

  return {
    inputShape,
    outputShape: second.outputShape,
    ...ownedBy([first, second]),

    apply(x, state, mode) {
      const middle = first.apply(x, state, mode);
      const end = second.apply(middle.y, state, mode);
      return { y: end.y, buffers: { ...middle.buffers, ...end.buffers } };
    },
  };
}
