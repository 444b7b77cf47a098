import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { identityShortcut } from './identity-shortcut.js';
import { projectionShortcut } from './projection-shortcut.js';
import type { Shortcut, ShortcutOption, ShortcutOptions } from './shortcut.js';
import { zeroPadShortcut } from './zero-pad-shortcut.js';

/**
 * The shortcut of one block under option A, B or C (paper, section 4.1). Where neither the resolution nor the channels
 * change, A and B pass x itself.
 *
 * @throws ArgumentError for another option
 * @example
 * const entry = { name: 'layer2.0', inputShape: [56, 56, 64], outputChannels: 128, stride: 2 } as const;
 * chooseShortcut('A', entry).parameters.length; // 0
 * chooseShortcut('B', entry).parameters.map(({ name }) => name);
 * // ['layer2.0.downsample.0.weight', 'layer2.0.downsample.1.weight', 'layer2.0.downsample.1.bias']
 */
export function chooseShortcut(option: ShortcutOption, options: ShortcutOptions): Shortcut {
  const { inputShape, outputChannels, stride } = options;
  const dimensionsChange = stride !== 1 || outputChannels !== inputShape[2];
  switch (option) {
    case 'A':
      return dimensionsChange ? zeroPadShortcut(options) : identityShortcut(options);
    case 'B':
      return dimensionsChange ? projectionShortcut(options) : identityShortcut(options);
    case 'C':
      return projectionShortcut(options);
    default:
      throw new ArgumentError(expected("'A', 'B' or 'C'", `${options.name} shortcut`, option));
  }
}
