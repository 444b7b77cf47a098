import type { Shortcut, ShortcutOptions } from './shortcut.js';

/** y = x: the very same tensor, no copy (Eq. 1 of the paper). */
export function identityShortcut({ inputShape }: Pick<ShortcutOptions, 'inputShape'>): Shortcut {
  return {
    inputShape,
    outputShape: inputShape,
    parameters: [],
    buffers: [],
    layers: [],
    apply: (x) => ({ y: x, buffers: {} }),
  };
}
