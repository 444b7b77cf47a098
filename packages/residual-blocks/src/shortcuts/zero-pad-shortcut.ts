import { ArgumentError, expected, zeroPadShortcut as zeroPad } from '@resnet-ts/tensor-ops';
import { windowedShape } from '../feature-shape.js';
import { parameterFreeRow } from '../layer-row.js';
import type { Shortcut, ShortcutOptions } from './shortcut.js';

/**
 * Option A where dimensions change: every `stride`-th pixel of x, and zeros for the channels x does not have. No parameters.
 *
 * The paper does not say where the zeros go. Default 'end' (fb.resnet.torch); 'symmetric' is what published CIFAR
 * checkpoints use. Any growth works, so a bottleneck's 64 → 256 does too.
 *
 * @throws ArgumentError when the block would have fewer channels than its input
 */
export function zeroPadShortcut({
  name,
  inputShape,
  outputChannels,
  stride,
  placement = 'end',
}: ShortcutOptions): Shortcut {
  if (outputChannels < inputShape[2]) {
    throw new ArgumentError(
      expected(
        `at least the ${inputShape[2]} channels of the input`,
        `${name} outputChannels`,
        outputChannels,
        'option A only adds channels; use option B or C to drop some',
      ),
    );
  }
  const outputShape = windowedShape(inputShape, outputChannels, { window: 1, stride, padding: 0 });
  return {
    inputShape,
    outputShape,
    parameters: [],
    buffers: [],
    layers: [parameterFreeRow(`${name}.shortcut`, 'zero-pad-shortcut', inputShape, outputShape)],
    apply: (x) => ({ y: zeroPad(x, { stride, outputChannels, placement }), buffers: {} }),
  };
}
