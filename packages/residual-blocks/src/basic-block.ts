import { ownedBy, type Block } from './block.js';
import type { ResidualBlockOptions } from './block-options.js';
import { convolutionUnit } from './convolution-unit.js';
import { residualSum } from './residual-sum.js';
import { chooseShortcut } from './shortcuts/choose-shortcut.js';

/**
 * Basic block (paper, figure 5 left): 3×3, 3×3, plus the shortcut, ReLU. The stride sits in the first 3×3; there is no
 * other form. `[N, H, W, Cin]` → `[N, ceil(H/stride), ceil(W/stride), channels]`.
 *
 * @throws ArgumentError for sizes that are not positive integers, or option A with fewer channels out than in
 * @example
 * const block = basicBlock({ name: 'layer2.0', inputShape: [32, 32, 16], channels: 32, stride: 2, shortcut: 'A' });
 * block.outputShape; // [16, 16, 32]
 */
export function basicBlock(options: ResidualBlockOptions): Block {
  const { name, inputShape, channels, stride, zeroInitResidual = false, ends } = options;
  const first = convolutionUnit({
    convolution: `${name}.conv1`,
    batchNorm: `${name}.bn1`,
    inputShape,
    outputChannels: channels,
    kernelSize: 3,
    stride,
    relu: true,
  });
  const last = residualSum(
    name,
    {
      convolution: `${name}.conv2`,
      batchNorm: `${name}.bn2`,
      inputShape: first.outputShape,
      outputChannels: channels,
      kernelSize: 3,
      stride: 1,
      zeroInitGamma: zeroInitResidual,
    },
    ends,
  );
  const shortcut = chooseShortcut(options.shortcut, { ...options, outputChannels: channels });

  return {
    inputShape,
    outputShape: last.outputShape,
    ...ownedBy([first, last, shortcut]),

    apply(x, state, mode) {
      const branch = first.apply(x, state, mode);
      const around = shortcut.apply(x, state, mode);
      const sum = last.apply(branch.y, state, mode, around.y); // + shortcut, then ReLU, in the same operation
      return { y: sum.y, buffers: { ...branch.buffers, ...sum.buffers, ...around.buffers } };
    },
  };
}
