import { gatedSum, sigmoid } from '@resnet-ts/tensor-ops';
import { bareConvolution } from './bare-convolution.js';
import { ownedBy, type Block } from './block.js';
import type { BlockOptions } from './block-options.js';
import { plainBlock } from './plain-block.js';
import { chooseShortcut } from './shortcuts/choose-shortcut.js';
import type { ShortcutOption, ZeroPlacement } from './shortcuts/shortcut.js';

export interface HighwayBlockOptions extends BlockOptions {
  /** How x is carried where dimensions change. */
  readonly shortcut: ShortcutOption;
  /** Where option A puts its zeros. Default 'end'. */
  readonly placement?: ZeroPlacement;
  /** Where the bias of the transform gate starts: below 0, so that layers begin by carrying. Default −3. */
  readonly transformBias?: number;
}

/**
 * A highway block (arXiv 1505.00387): y = T·H + (1 − T)·x, where H is what a plain block makes of x (3×3, 3×3) and the
 * gate T = sigmoid(W·x + b) is a 1×1 convolution with bias; x is carried by a parameter-free or projecting shortcut where
 * dimensions change. The nearest rival of residual learning: its shortcut has parameters and can close (paper, section 2).
 * No ReLU follows the sum. `[N, H, W, Cin]` → `[N, ceil(H/stride), ceil(W/stride), channels]`.
 *
 * @throws ArgumentError for sizes that are not positive integers, or option A with fewer channels out than in
 * @example
 * const block = highwayBlock({ name: 'layer2.0', inputShape: [32, 32, 16], channels: 32, stride: 2, shortcut: 'A' });
 * block.parameters.at(-1)?.name; // 'layer2.0.gate.bias'
 */
export function highwayBlock(options: HighwayBlockOptions): Block {
  const { name, inputShape, channels, stride, transformBias = -3 } = options;
  const transform = plainBlock(options);
  const carry = chooseShortcut(options.shortcut, { ...options, outputChannels: channels });
  const gate = bareConvolution({
    name: `${name}.gate`,
    inputShape,
    outputChannels: channels,
    kernelSize: 1,
    stride,
    initialBias: transformBias,
  });

  return {
    inputShape,
    outputShape: transform.outputShape,
    ...ownedBy([transform, carry, gate]),

    apply(x, state, mode) {
      const transformed = transform.apply(x, state, mode);
      const carried = carry.apply(x, state, mode);
      const open = sigmoid(gate.apply(x, state, mode).y);
      return {
        y: gatedSum(transformed.y, carried.y, open),
        buffers: { ...transformed.buffers, ...carried.buffers },
      };
    },
  };
}
