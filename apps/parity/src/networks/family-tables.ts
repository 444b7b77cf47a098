import { networkTable, type NetworkTable, type Stage } from '@resnet-ts/architectures';

/** Blocks of two stages: two of the first width, one of twice as many channels. */
const stages = (channels: number, inner = 1): readonly Stage[] =>
  [channels, 2 * channels].map((width, stage) => ({
    blocks: 2 - stage,
    channels: width,
    ...(inner === 1 ? {} : { innerChannels: inner * width }),
  }));

/** A listed network with fewer blocks and channels, for ten classes. */
function small(name: string, listed: string, changes: Partial<NetworkTable>): readonly [string, NetworkTable] {
  return [name, { ...networkTable(listed), ...changes, name, classes: 10 } as NetworkTable];
}

const imagenetStem = { kind: 'imagenet', channels: 16 } as const;

/**
 * One small network of every kind after the paper, as in tools/parity-fixtures/family_networks.py. Stochastic depth is
 * not among them: without its drops, which no other library makes alike, it is a network of the paper.
 */
const FAMILY: ReadonlyMap<string, NetworkTable> = new Map([
  small('small-preresnet', 'preresnet20', { stages: stages(16) }),
  small('small-preresnet-bottleneck', 'preresnet164', { stages: stages(8) }),
  small('small-wrn', 'wrn-16-4', { stages: stages(32) }),
  small('small-resnext', 'resnext50-32x4d', { stem: imagenetStem, stages: stages(16, 2), groups: 8 }),
  small('small-se', 'se-resnet50', { stem: imagenetStem, stages: stages(16) }),
  small('small-resnet-d', 'resnet50-d', { stem: { kind: 'deep', channels: 16 }, stages: stages(16) }),
  small('small-resnetrs', 'resnetrs50', { stem: { kind: 'deep-strided', channels: 16 }, stages: stages(16) }),
  small('small-highway', 'highway20', { stages: stages(16) }),
]);

/** Names of {@link FAMILY}'s networks, which are those of their goldens. */
export const FAMILY_NAMES: readonly string[] = [...FAMILY.keys()];

/** What `createNetwork` makes a golden's network of: a small table, or a listed name. */
export function goldenNetwork(name: string): NetworkTable | string {
  return FAMILY.get(name) ?? name;
}
