/** The networks that came after the paper, each as a table under its listed name. */
import type { NetworkFamily, ResidualTable, Stage } from './network-table.js';

const IMAGENET_BLOCKS: Readonly<Record<number, readonly number[]>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
  200: [3, 24, 36, 3],
};

/** Depth, blocks of each stage, dropout before fc, drop rate of the last block (arXiv 2103.07579; rates as in Keras). */
const RS: readonly (readonly [depth: number, blocks: readonly number[], dropoutRate: number, lastDropRate: number])[] =
  [
    [50, [3, 4, 6, 3], 0.25, 0],
    [101, [3, 4, 23, 3], 0.25, 0],
    [152, [3, 8, 36, 3], 0.25, 0],
    [200, [3, 24, 36, 3], 0.25, 0.1],
    [270, [4, 29, 53, 4], 0.25, 0.1],
    [350, [4, 36, 72, 4], 0.4, 0.1],
    [420, [4, 44, 87, 4], 0.4, 0.1],
  ];

const stagesOf = (blocks: readonly number[], channels: number, inner = 1): readonly Stage[] =>
  blocks.map((count, stage) => ({
    blocks: count,
    channels: channels * 2 ** stage,
    ...(inner === 1 ? {} : { innerChannels: inner * channels * 2 ** stage }),
  }));

const imagenet = (name: string, family: NetworkFamily, depth: number) =>
  ({
    kind: 'residual',
    name,
    family,
    depth,
    inputShape: [224, 224, 3],
    classes: 1000,
    stem: { kind: 'imagenet', channels: 64 },
  }) as const;

const cifar = (name: string, family: NetworkFamily, depth: number) =>
  ({
    kind: 'residual',
    name,
    family,
    depth,
    inputShape: [32, 32, 3],
    classes: 10,
    stem: { kind: 'bare', channels: 16 },
  }) as const;

const blocksAt = (depth: number): readonly number[] => IMAGENET_BLOCKS[depth] ?? [];
const thrice = (blocks: number): readonly number[] => [blocks, blocks, blocks];

/** Identity mappings (arXiv 1603.05027): 6n + 2 layers of basic blocks, or 9n + 2 of bottlenecks. */
function cifarPreActivation(depth: number, shortcut: 'A' | 'B'): ResidualTable {
  const name = `preresnet${depth}${shortcut === 'B' ? '-b' : ''}`;
  const shape = { ...cifar(name, 'cifar-pre-activation', depth), stages: stagesOf(thrice((depth - 2) / 6), 16) };
  return { ...shape, block: 'pre-activation-basic', shortcut, stride: 'basic' };
}

function cifarPreActivationBottleneck(depth: number): ResidualTable {
  const shape = { ...cifar(`preresnet${depth}`, 'cifar-pre-activation', depth) };
  const stages = stagesOf(thrice((depth - 2) / 9), 16);
  return { ...shape, stages, block: 'pre-activation-bottleneck', shortcut: 'B', stride: 'v1.5' };
}

function imagenetPreActivation(depth: number): ResidualTable {
  const shape = imagenet(`preresnet${depth}`, 'imagenet-pre-activation', depth);
  const stages = stagesOf(blocksAt(depth), 64);
  return depth < 50
    ? { ...shape, stages, block: 'pre-activation-basic', shortcut: 'B', stride: 'basic' }
    : { ...shape, stages, block: 'pre-activation-bottleneck', shortcut: 'B', stride: 'v1.5' };
}

/** Wide residual networks (arXiv 1605.07146): depth 6n + 4, the widths of CIFAR times k. */
function wide(depth: number, k: number): ResidualTable {
  const shape = cifar(`wrn-${depth}-${k}`, 'cifar-wide', depth);
  const stages = stagesOf(thrice((depth - 4) / 6), 16 * k);
  return { ...shape, stages, block: 'pre-activation-basic', shortcut: 'B', stride: 'basic' };
}

const bottleneck = { block: 'bottleneck', shortcut: 'B', stride: 'v1.5' } as const;

/** torchvision's wide networks: the inner layers of bottlenecks twice as wide. */
function imagenetWide(depth: number): ResidualTable {
  const shape = imagenet(`wide-resnet${depth}-2`, 'imagenet-wide', depth);
  return { ...shape, stages: stagesOf(blocksAt(depth), 64, 2), ...bottleneck };
}

/** ResNeXt (arXiv 1611.05431): `groups` groups of `width` channels each in the first stage. */
function imagenetResnext(depth: number, groups: number, width: number, squeezed = false): ResidualTable {
  const name = `${squeezed ? 'se-' : ''}resnext${depth}-${groups}x${width}d`;
  const shape = imagenet(name, squeezed ? 'imagenet-se' : 'imagenet-resnext', depth);
  const stages = stagesOf(blocksAt(depth), 64, (groups * width) / 64);
  return { ...shape, stages, ...bottleneck, groups, ...(squeezed ? { squeezeRatio: 1 / 16 } : {}) };
}

function cifarResnext(groups: number, width: number): ResidualTable {
  const shape = cifar(`resnext29-${groups}x${width}d`, 'cifar-resnext', 29);
  const stages = stagesOf(thrice(3), 64, (groups * width) / 64);
  return { ...shape, stem: { kind: 'cifar', channels: 64 }, stages, ...bottleneck, groups };
}

/** Squeeze-and-excitation (arXiv 1709.01507), reduction 16. */
function squeezed(depth: number): ResidualTable {
  const shape = imagenet(`se-resnet${depth}`, 'imagenet-se', depth);
  return { ...shape, stages: stagesOf(blocksAt(depth), 64), ...bottleneck, squeezeRatio: 1 / 16 };
}

/** ResNet-D (arXiv 1812.01187). Its stem has two convolutions more than the depth in its name counts. */
function resnetD(depth: number): ResidualTable {
  const shape = imagenet(`resnet${depth}-d`, 'imagenet-resnet-d', depth);
  const stages = stagesOf(blocksAt(depth), 64);
  return { ...shape, stem: { kind: 'deep', channels: 64 }, stages, ...bottleneck, shortcut: 'D' };
}

/** ResNet-RS (arXiv 2103.07579): ResNet-D without the stem's pool, with squeeze-and-excitation of ratio 1/4. */
function resnetRs([depth, blocks, dropoutRate, lastDropRate]: (typeof RS)[number]): ResidualTable {
  return {
    ...imagenet(`resnetrs${depth}`, 'imagenet-resnet-rs', depth),
    stem: { kind: 'deep-strided', channels: 64 },
    stages: stagesOf(blocks, 64),
    ...bottleneck,
    shortcut: 'D',
    squeezeRatio: 1 / 4,
    dropoutRate,
    lastDropRate,
  };
}

/** Stochastic depth (arXiv 1603.09382): the paper's networks; the last block survives half of the time. */
function stochastic(depth: number): ResidualTable {
  const shape = cifar(`resnet${depth}-stochastic`, 'cifar-stochastic-depth', depth);
  const stages = stagesOf(thrice((depth - 2) / 6), 16);
  const stem = { kind: 'cifar', channels: 16 } as const;
  return { ...shape, stem, stages, block: 'basic', shortcut: 'A', stride: 'basic', lastDropRate: 0.5 };
}

/** Highway networks (arXiv 1505.00387) in the layout of the paper's section 4.2, for a comparison of shortcuts alone. */
function highway(depth: number): ResidualTable {
  const shape = cifar(`highway${depth}`, 'cifar-highway', depth);
  const stages = stagesOf(thrice((depth - 2) / 6), 16);
  return { ...shape, stem: { kind: 'cifar', channels: 16 }, stages, block: 'highway', shortcut: 'A', stride: 'basic' };
}

/**
 * For trainings of minutes, after the nine layers of D. Page's "How to train your ResNet" and the six of cifar10-airbench
 * (arXiv 2404.00498): a first layer whose filter may be measured, stages that a pooled convolution opens, filters that
 * begin as the identity.
 */
function pooled(depth: number, stages: readonly Stage[]): ResidualTable {
  const shape = { ...cifar(`pooled-resnet${depth}`, 'cifar-pooled', depth), stages };
  const stem = { kind: 'cifar', channels: 48 } as const;
  return { ...shape, stem, block: 'basic', shortcut: 'A', stride: 'pooling', initialFilters: 'identity' };
}

const TABLES: readonly ResidualTable[] = [
  ...[20, 56, 110].flatMap((depth) => [cifarPreActivation(depth, 'A'), cifarPreActivation(depth, 'B')]),
  ...[164, 1001].map(cifarPreActivationBottleneck),
  wide(16, 4),
  wide(40, 4),
  wide(16, 8),
  wide(40, 8),
  wide(16, 10),
  wide(28, 10),
  cifarResnext(8, 64),
  cifarResnext(16, 64),
  ...[110, 1202].map(stochastic),
  ...[20, 32, 44, 56, 110].map(highway),
  pooled(9, [
    { blocks: 1, channels: 64 },
    { blocks: 2, channels: 192 },
    { blocks: 2, channels: 256 },
  ]),
  ...[18, 34, 50, 101, 152, 200].map(imagenetPreActivation),
  ...[50, 101].map(imagenetWide),
  imagenetResnext(50, 32, 4),
  imagenetResnext(101, 32, 8),
  imagenetResnext(101, 64, 4),
  ...[50, 101, 152].map(squeezed),
  imagenetResnext(50, 32, 4, true),
  imagenetResnext(101, 32, 4, true),
  ...[50, 101, 152].map(resnetD),
  ...RS.map(resnetRs),
];

/** The networks after the paper by name; these names have no aliases. */
export const FAMILY_TABLES: ReadonlyMap<string, ResidualTable> = new Map(TABLES.map((table) => [table.name, table]));
