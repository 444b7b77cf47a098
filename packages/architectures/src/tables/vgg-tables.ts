import type { VggTable } from './network-table.js';

/** Convolutions of the five stages; configurations D and E of "Very Deep Convolutional Networks" (arXiv 1409.1556). */
const CONVOLUTIONS: Readonly<Record<number, readonly number[]>> = {
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};
const CHANNELS = [64, 128, 256, 512, 512] as const;

export const VGG_DEPTHS: readonly number[] = Object.keys(CONVOLUTIONS).map(Number);

/** VGG-16 or 19, the yardsticks of the paper's Tables 1, 3 and 4; undefined for another depth. */
export function vggTable(name: string, depth: number): VggTable | undefined {
  const convolutions = CONVOLUTIONS[depth];
  if (convolutions === undefined) return undefined;
  return {
    kind: 'vgg',
    name,
    family: 'vgg',
    depth,
    inputShape: [224, 224, 3],
    classes: 1000,
    shortcut: 'none',
    stride: 'pooling',
    stages: CHANNELS.map((channels, stage) => ({ channels, convolutions: convolutions[stage] ?? 0 })),
    hiddenFeatures: 4096,
  };
}
