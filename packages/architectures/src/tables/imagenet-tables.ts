import type { ShortcutOption, StridePlacement } from '@resnet-ts/residual-blocks';
import type { ResidualTable, Stage } from './network-table.js';

type BlocksPerStage = readonly [conv2: number, conv3: number, conv4: number, conv5: number];

/** Blocks of conv2_x to conv5_x (paper, Table 1). */
const BASIC_BLOCKS: Readonly<Record<number, BlocksPerStage>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
};
const BOTTLENECK_BLOCKS: Readonly<Record<number, BlocksPerStage>> = {
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

const depths = (blocks: Readonly<Record<number, BlocksPerStage>>) => Object.keys(blocks).map(Number);
export const IMAGENET_BASIC_DEPTHS: readonly number[] = depths(BASIC_BLOCKS);
export const IMAGENET_BOTTLENECK_DEPTHS: readonly number[] = depths(BOTTLENECK_BLOCKS);

const shape = (name: string, depth: number, blocks: BlocksPerStage) =>
  ({
    kind: 'residual',
    name,
    depth,
    inputShape: [224, 224, 3],
    classes: 1000,
    stem: { kind: 'imagenet', channels: 64 },
    stages: blocks.map((count, stage): Stage => ({ blocks: count, channels: 64 * 2 ** stage })),
  }) as const;

/** ResNet-18 or 34 of the paper's Table 1; undefined for another depth. */
export function imagenetBasicTable(name: string, depth: number, shortcut: ShortcutOption): ResidualTable | undefined {
  const blocks = BASIC_BLOCKS[depth];
  if (blocks === undefined) return undefined;
  return { ...shape(name, depth, blocks), family: 'imagenet-resnet', block: 'basic', shortcut, stride: 'basic' };
}

/** ResNet-50, 101 or 152 of the paper's Table 1; undefined for another depth. */
export function imagenetBottleneckTable(
  name: string,
  depth: number,
  shortcut: ShortcutOption,
  stride: StridePlacement,
): ResidualTable | undefined {
  const blocks = BOTTLENECK_BLOCKS[depth];
  if (blocks === undefined) return undefined;
  return { ...shape(name, depth, blocks), family: 'imagenet-resnet', block: 'bottleneck', shortcut, stride };
}

/** Plain-18 or 34 (paper, section 3.3 and figure 3 middle); undefined for another depth. */
export function imagenetPlainTable(name: string, depth: number): ResidualTable | undefined {
  const blocks = BASIC_BLOCKS[depth];
  if (blocks === undefined) return undefined;
  return { ...shape(name, depth, blocks), family: 'imagenet-plain', block: 'plain', shortcut: 'none', stride: 'basic' };
}
