import type { ShortcutOption } from '@resnet-ts/residual-blocks';
import type { ResidualTable } from './network-table.js';

/** Depths of the paper's Table 6. */
export const CIFAR_RESNET_DEPTHS = [20, 32, 44, 56, 110, 1202] as const;

/** Depths of the plain networks in the paper's figure 6 (left), and 110, whose error the paper only bounds ("> 60 %"). */
export const CIFAR_PLAIN_DEPTHS = [20, 32, 44, 56, 110] as const;

// Ten times the paper's deepest network. A bound, so that a name alone cannot ask for unlimited memory.
export const DEEPEST_CIFAR_DEPTH = 12_002;

/** True for 6n + 2 with n ≥ 1. */
export function isCifarDepth(depth: number): boolean {
  return depth >= 8 && depth <= DEEPEST_CIFAR_DEPTH && (depth - 2) % 6 === 0;
}

/**
 * A 6n+2-layer CIFAR network (paper, section 4.2): a 3×3 convolution of 16 channels, then n blocks each at 32×32×16,
 * 16×16×32 and 8×8×64, global average pooling and a fully connected layer.
 *
 * @param shortcut 'none' gives the plain network
 * @param depth a valid depth, see `isCifarDepth`
 */
export function cifarTable(name: string, depth: number, shortcut: ShortcutOption | 'none'): ResidualTable {
  const blocks = (depth - 2) / 6;
  const shape = {
    kind: 'residual',
    name,
    depth,
    inputShape: [32, 32, 3],
    classes: 10,
    stride: 'basic',
    stem: { kind: 'cifar', channels: 16 },
    stages: [
      { blocks, channels: 16 },
      { blocks, channels: 32 },
      { blocks, channels: 64 },
    ],
  } as const;
  return shortcut === 'none'
    ? { ...shape, family: 'cifar-plain', block: 'plain', shortcut }
    : { ...shape, family: 'cifar-resnet', block: 'basic', shortcut };
}
