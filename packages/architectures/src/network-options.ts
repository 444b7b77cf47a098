import { ArgumentError, assertCheckpointing, expected, nearestName, type Checkpointing } from '@resnet-ts/tensor-ops';
import { assertPositiveInteger, type FeatureShape, type ZeroPlacement } from '@resnet-ts/residual-blocks';
import { isDeepStage } from './networks/segments.js';
import type { NetworkTable } from './tables/network-table.js';

/** What may differ from the table. */
export interface NetworkOptions {
  /** Classes of the last layer. Default: 10 for CIFAR networks, 1000 for ImageNet ones. */
  readonly classes?: number;
  /** `[H, W, C]` of the images. Default `[32, 32, 3]` or `[224, 224, 3]`. */
  readonly inputShape?: FeatureShape;
  /** Start the last γ of every residual block at 0 (torchvision's `zero_init_residual`). Default false. */
  readonly zeroInitResidual?: boolean;
  /** Option A only: zeros after the existing channels (default), or half before and half after, as published CIFAR weights. */
  readonly shortcutPlacement?: ZeroPlacement;
  /**
   * What is kept between the forward and the backward pass, where `apply` is not told. It decides memory and time, not one
   * bit of the results. Default 'renormalize' for networks of bottlenecks and for stages deeper than 32 blocks, else 'keep'.
   */
  readonly checkpointing?: Checkpointing;
  /**
   * Stochastic depth (arXiv 1603.09382) of a residual network: the probability, from 0 to below 1, with which the branch
   * of the last block is dropped in training; block l of L has l / L of it. Default: the table's, 0 for most.
   */
  readonly dropPath?: number;
}

/** Options with nothing left open. */
export interface ResolvedOptions {
  readonly classes: number;
  readonly inputShape: FeatureShape;
  readonly zeroInitResidual: boolean;
  readonly shortcutPlacement: ZeroPlacement;
  readonly checkpointing: Checkpointing;
  readonly dropPath: number;
}

const KEYS: readonly (keyof NetworkOptions)[] = [
  'classes',
  'inputShape',
  'zeroInitResidual',
  'shortcutPlacement',
  'checkpointing',
  'dropPath',
];

// A bound on what a number alone can make a program allocate: the largest label sets in use have some ten thousand classes.
const MOST_CLASSES = 1_000_000;
const LARGEST_SIDE = 16_384;

/** @throws ArgumentError for an unknown option, a value out of range, or one that this network has no use for */
export function resolveOptions(table: NetworkTable, options: NetworkOptions): ResolvedOptions {
  for (const key of Object.keys(options)) assertKnownKey(key);
  const { classes = table.classes, inputShape = table.inputShape } = options;
  const { zeroInitResidual = false, shortcutPlacement = 'end' } = options;

  assertPositiveInteger('classes', classes);
  if (classes > MOST_CLASSES) throw new ArgumentError(expected(`at most ${MOST_CLASSES}`, 'classes', classes));
  assertInputShape(inputShape);
  if (typeof zeroInitResidual !== 'boolean') {
    throw new ArgumentError(expected('true or false', 'zeroInitResidual', zeroInitResidual));
  }
  if (zeroInitResidual && table.shortcut === 'none') {
    // A plain network whose last γ is 0 has no path left for the signal.
    throw new ArgumentError(expected(`false for ${table.name}, which has no shortcuts`, 'zeroInitResidual', true));
  }
  if (zeroInitResidual && table.kind === 'residual' && table.block !== 'basic' && table.block !== 'bottleneck') {
    const reason = `false for ${table.name}, whose blocks do not end in a batch norm that could start at 0`;
    throw new ArgumentError(expected(reason, 'zeroInitResidual', true));
  }
  if (shortcutPlacement !== 'end' && shortcutPlacement !== 'symmetric') {
    throw new ArgumentError(expected("'end' or 'symmetric'", 'shortcutPlacement', shortcutPlacement));
  }
  if (options.shortcutPlacement !== undefined && table.shortcut !== 'A') {
    const remedy = `${table.name} has ${table.shortcut === 'none' ? 'no shortcuts' : `option ${table.shortcut}`}`;
    throw new ArgumentError(expected('a network with option A', 'shortcutPlacement', shortcutPlacement, remedy));
  }
  const { checkpointing = defaultCheckpointing(table) } = options;
  assertCheckpointing(checkpointing);
  const dropPath = resolveDropPath(table, options.dropPath);
  return { classes, inputShape, zeroInitResidual, shortcutPlacement, checkpointing, dropPath };
}

function resolveDropPath(table: NetworkTable, dropPath: number | undefined): number {
  if (dropPath === undefined) return table.kind === 'residual' ? (table.lastDropRate ?? 0) : 0;
  if (!(typeof dropPath === 'number' && dropPath >= 0 && dropPath < 1)) {
    throw new ArgumentError(expected('a number from 0 to below 1', 'dropPath', dropPath));
  }
  const drops = table.kind === 'residual' && table.block !== 'plain' && table.block !== 'highway';
  if (drops || dropPath === 0) return dropPath;
  const reason = `0 for ${table.name}, which has no path beside its branches`;
  throw new ArgumentError(expected(reason, 'dropPath', dropPath));
}

/**
 * Networks whose activations fill memory make them again: a third less for ResNet-50. Others are fast first: making
 * activations again is 3 % of a step of ResNet-20.
 */
function defaultCheckpointing(table: NetworkTable): Checkpointing {
  const large = table.kind === 'residual' && (table.block.endsWith('bottleneck') || table.stages.some(isDeepStage));
  return large ? 'renormalize' : 'keep';
}

function assertKnownKey(key: string): void {
  if (KEYS.some((known) => known === key)) return;
  const near = nearestName(key, KEYS);
  const remedy = near === undefined ? undefined : `did you mean ${near}?`;
  throw new ArgumentError(expected(`one of ${KEYS.join(', ')}`, 'the name of a network option', key, remedy));
}

function assertInputShape(shape: unknown): void {
  const valid =
    Array.isArray(shape) &&
    shape.length === 3 &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 1 && size <= LARGEST_SIDE);
  if (!valid) {
    throw new ArgumentError(
      expected(`[height, width, channels], each an integer from 1 to ${LARGEST_SIDE}`, 'inputShape', shape),
    );
  }
}
