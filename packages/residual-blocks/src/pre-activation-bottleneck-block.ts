import { add } from '@resnet-ts/tensor-ops';
import { bareConvolution } from './bare-convolution.js';
import { batchNormUnit } from './batch-norm-unit.js';
import { ownedBy, type Block } from './block.js';
import { BOTTLENECK_EXPANSION } from './bottleneck-block.js';
import { convolutionUnit } from './convolution-unit.js';
import { preActivationBranch, type PreActivationBlockOptions } from './pre-activation.js';

/**
 * Bottleneck block of the second paper (arXiv 1603.05027): BN, ReLU, 1×1, BN, ReLU, 3×3, BN, ReLU, 1×1, plus the
 * shortcut; nothing after the addition. The stride is in the 3×3, as in its code (resnet-1k-layers).
 * `[N, H, W, Cin]` → `[N, ceil(H/stride), ceil(W/stride), 4·channels]`.
 *
 * @throws ArgumentError for sizes that are not positive integers, or option A with fewer channels out than in
 * @example
 * const block = preActivationBottleneckBlock({
 *   name: 'layer1.0', inputShape: [32, 32, 16], channels: 16, stride: 1, shortcut: 'B', activateShortcut: true,
 * });
 * block.outputShape; // [32, 32, 64]
 */
export function preActivationBottleneckBlock(options: PreActivationBlockOptions): Block {
  const { name, inputShape, channels, stride } = options;
  const opening = batchNormUnit({ batchNorm: `${name}.bn1`, inputShape });
  const reduce = convolutionUnit({
    convolution: `${name}.conv1`,
    batchNorm: `${name}.bn2`,
    inputShape,
    outputChannels: channels,
    kernelSize: 1,
    stride: 1,
    relu: true,
  });
  const middle = convolutionUnit({
    convolution: `${name}.conv2`,
    batchNorm: `${name}.bn3`,
    inputShape: reduce.outputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride,
    relu: true,
  });
  const restore = bareConvolution({
    name: `${name}.conv3`,
    inputShape: middle.outputShape,
    outputChannels: BOTTLENECK_EXPANSION * channels,
    kernelSize: 1,
    stride: 1,
  });
  const { shortcut, ends, dropped, finished, entrance } = preActivationBranch(options, restore.outputShape);

  return {
    inputShape,
    outputShape: restore.outputShape,
    ...ownedBy([opening, reduce, middle, restore, ...ends, shortcut]),

    apply(x, state, mode) {
      const activated = opening.apply(x, state, mode);
      const around = shortcut.apply(entrance(x, activated.y), state, mode);
      const reduced = reduce.apply(activated.y, state, mode);
      const branch = middle.apply(reduced.y, state, mode);
      const { y } = restore.apply(dropped(branch.y, mode), state, mode);
      return {
        y: add(finished(y, state, mode), around.y),
        buffers: { ...activated.buffers, ...reduced.buffers, ...branch.buffers, ...around.buffers },
      };
    },
  };
}
