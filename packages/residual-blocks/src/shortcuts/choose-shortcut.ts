import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { averagePoolShortcut } from './average-pool-shortcut.js';
import { identityShortcut } from './identity-shortcut.js';
import { projectionShortcut } from './projection-shortcut.js';
import type { Shortcut, ShortcutOption, ShortcutOptions } from './shortcut.js';
import { zeroPadShortcut } from './zero-pad-shortcut.js';

/**
 * The shortcut of one block under option A, B or C (paper, section 4.1), or D (ResNet-D). Where neither the resolution
 * nor the channels change, A, B and D pass x itself.
 *
 * @param project makes the projection of B and C; by default with batch norm
 * @throws ArgumentError for another option
 * @example
 * const entry = { name: 'layer2.0', inputShape: [56, 56, 64], outputChannels: 128, stride: 2 } as const;
 * chooseShortcut('A', entry).parameters.length; // 0
 * chooseShortcut('B', entry).parameters.map(({ name }) => name);
 * // ['layer2.0.downsample.0.weight', 'layer2.0.downsample.1.weight', 'layer2.0.downsample.1.bias']
 */
export function chooseShortcut(
  option: ShortcutOption,
  options: ShortcutOptions,
  project: (options: ShortcutOptions) => Shortcut = projectionShortcut,
): Shortcut {
  const { inputShape, outputChannels, stride } = options;
  const dimensionsChange = stride !== 1 || outputChannels !== inputShape[2];
  switch (option) {
    case 'A':
      return dimensionsChange ? zeroPadShortcut(options) : identityShortcut(options);
    case 'B':
      return dimensionsChange ? project(options) : identityShortcut(options);
    case 'C':
      return project(options);
    case 'D':
      return dimensionsChange ? averagePoolShortcut(options) : identityShortcut(options);
    default:
      throw new ArgumentError(expected("'A', 'B', 'C' or 'D'", `${options.name} shortcut`, option));
  }
}
