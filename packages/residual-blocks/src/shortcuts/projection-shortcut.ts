import { convolutionUnit } from '../convolution-unit.js';
import type { Shortcut, ShortcutOptions } from './shortcut.js';

/** A 1×1 convolution with batch norm and no ReLU (Eq. 2 of the paper), named `downsample.0` and `.1` as in torchvision. */
export function projectionShortcut({ name, inputShape, outputChannels, stride }: ShortcutOptions): Shortcut {
  return convolutionUnit({
    convolution: `${name}.downsample.0`,
    batchNorm: `${name}.downsample.1`,
    inputShape,
    outputChannels,
    kernelSize: 1,
    stride,
    relu: false,
  });
}
