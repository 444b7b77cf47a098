import type { FeatureShape, ShortcutOption, StridePlacement } from '@resnet-ts/residual-blocks';

/** Groups of networks that share a data set and a shape. */
export type NetworkFamily =
  | 'cifar-resnet'
  | 'cifar-plain'
  | 'cifar-pre-activation'
  | 'cifar-wide'
  | 'cifar-resnext'
  | 'cifar-stochastic-depth'
  | 'cifar-highway'
  | 'cifar-pooled'
  | 'imagenet-resnet'
  | 'imagenet-plain'
  | 'imagenet-pre-activation'
  | 'imagenet-wide'
  | 'imagenet-resnext'
  | 'imagenet-se'
  | 'imagenet-resnet-d'
  | 'imagenet-resnet-rs'
  | 'vgg';

/** Shortcut option of the paper, or none (plain networks and VGG). */
export type ShortcutKind = ShortcutOption | 'none';

/**
 * Where a network halves the resolution: in the first 1×1 of a bottleneck (v1, the paper), in its 3×3 (v1.5, torchvision),
 * in the first 3×3 of a basic or plain block (`basic`: the only form there is), or by pooling alone (VGG; residual networks
 * of which every stage opens with a pooled convolution in place of its first block).
 */
export type StrideKind = StridePlacement | 'basic' | 'pooling';

interface TableHead {
  readonly name: string;
  readonly family: NetworkFamily;
  /** Weighted layers as the paper counts them: convolutions and fully connected layers, without projections. */
  readonly depth: number;
  /** `[H, W, C]` the network is counted for unless told otherwise. */
  readonly inputShape: FeatureShape;
  /** Classes unless told otherwise. */
  readonly classes: number;
  readonly shortcut: ShortcutKind;
  readonly stride: StrideKind;
}

/** Blocks of equal width; the first block of every stage but the first halves the resolution. */
export interface Stage {
  readonly blocks: number;
  /** Channels of the 3×3 convolutions; a bottleneck's output is four times as wide. */
  readonly channels: number;
  /** Channels of a bottleneck's inner layers, where they are not `channels` (wide networks, ResNeXt). */
  readonly innerChannels?: number;
}

interface ResidualTableHead extends TableHead {
  readonly kind: 'residual';
  /**
   * `cifar`: one 3×3 convolution. `imagenet`: a 7×7 of stride 2, then a 3×3 max pool of stride 2. `deep` (ResNet-D): three
   * 3×3, the first of stride 2, the first two of half the channels, then the pool. `deep-strided` (ResNet-RS): the same,
   * with a 3×3 of stride 2 in place of the pool. `bare`: one 3×3 convolution without batch norm (pre-activation, CIFAR).
   */
  readonly stem: { readonly kind: 'cifar' | 'imagenet' | 'deep' | 'deep-strided' | 'bare'; readonly channels: number };
  readonly stages: readonly Stage[];
  /** The filters of the stages begin as the identity, as far as there are inputs. Default: at random. */
  readonly initialFilters?: 'identity';
  /** Groups of the 3×3 of bottlenecks: ResNeXt's cardinality. Default 1. */
  readonly groups?: number;
  /** Squeeze-and-excitation: channels between its layers for each of the branch. Default: there is none. */
  readonly squeezeRatio?: number;
  /**
   * Stochastic depth: probability with which the branch of the last block is dropped in training; block l of L has l / L
   * of it. Default 0.
   */
  readonly lastDropRate?: number;
  /**
   * Dropout in training: before the last convolution of each pre-activation block, before `fc` in all other networks.
   * Default 0.
   */
  readonly dropoutRate?: number;
}

/** A residual or plain network: a column of the paper's Table 1, or a row of its section 4.2. */
export type ResidualTable =
  | (ResidualTableHead & { readonly block: 'plain'; readonly shortcut: 'none'; readonly stride: 'basic' })
  | (ResidualTableHead & {
      readonly block: 'basic' | 'pre-activation-basic' | 'highway';
      readonly shortcut: ShortcutOption;
      readonly stride: 'basic';
    })
  | (ResidualTableHead & { readonly block: 'basic'; readonly shortcut: ShortcutOption; readonly stride: 'pooling' })
  | (ResidualTableHead & {
      readonly block: 'pre-activation-bottleneck';
      readonly shortcut: ShortcutOption;
      readonly stride: 'v1.5';
    })
  | (ResidualTableHead & {
      readonly block: 'bottleneck';
      readonly shortcut: ShortcutOption;
      readonly stride: StridePlacement;
    });

/** A VGG network: stages of 3×3 convolutions, each closed by a 2×2 max pool, then three fully connected layers. */
export interface VggTable extends TableHead {
  readonly kind: 'vgg';
  readonly shortcut: 'none';
  readonly stride: 'pooling';
  readonly stages: readonly { readonly convolutions: number; readonly channels: number }[];
  /** Features of fc6 and fc7. */
  readonly hiddenFeatures: number;
}

/** Everything that defines a network, as plain data. */
export type NetworkTable = ResidualTable | VggTable;
