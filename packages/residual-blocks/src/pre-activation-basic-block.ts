import { add } from '@resnet-ts/tensor-ops';
import { bareConvolution } from './bare-convolution.js';
import { batchNormUnit } from './batch-norm-unit.js';
import { ownedBy, type Block } from './block.js';
import { convolutionUnit } from './convolution-unit.js';
import { preActivationBranch, type PreActivationBlockOptions } from './pre-activation.js';

/**
 * Basic block of the second paper (arXiv 1603.05027, figure 1b): BN, ReLU, 3×3, BN, ReLU, 3×3, plus the shortcut; nothing
 * after the addition. The first block of a stage feeds its shortcut the activated input too (its appendix).
 * `[N, H, W, Cin]` → `[N, ceil(H/stride), ceil(W/stride), channels]`. With wide `channels` and `dropoutRate` it is the
 * block of wide residual networks (arXiv 1605.07146, figure 1d).
 *
 * @throws ArgumentError for sizes that are not positive integers, or option A with fewer channels out than in
 * @example
 * const block = preActivationBasicBlock({
 *   name: 'layer2.0', inputShape: [32, 32, 16], channels: 32, stride: 2, shortcut: 'A', activateShortcut: true,
 * });
 * block.outputShape; // [16, 16, 32]
 */
export function preActivationBasicBlock(options: PreActivationBlockOptions): Block {
  const { name, inputShape, channels, stride } = options;
  const opening = batchNormUnit({ batchNorm: `${name}.bn1`, inputShape });
  const middle = convolutionUnit({
    convolution: `${name}.conv1`,
    batchNorm: `${name}.bn2`,
    inputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride,
    relu: true,
  });
  const last = bareConvolution({
    name: `${name}.conv2`,
    inputShape: middle.outputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride: 1,
  });
  const { shortcut, ends, dropped, finished, entrance } = preActivationBranch(options, last.outputShape);

  return {
    inputShape,
    outputShape: last.outputShape,
    ...ownedBy([opening, middle, last, ...ends, shortcut]),

    apply(x, state, mode) {
      const activated = opening.apply(x, state, mode);
      const around = shortcut.apply(entrance(x, activated.y), state, mode);
      const branch = middle.apply(activated.y, state, mode);
      const { y } = last.apply(dropped(branch.y, mode), state, mode);
      return {
        y: add(finished(y, state, mode), around.y),
        buffers: { ...activated.buffers, ...branch.buffers, ...around.buffers },
      };
    },
  };
}
