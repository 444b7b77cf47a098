import type { FeatureShape, ShortcutOption, StridePlacement } from '@resnet-ts/residual-blocks';

/** Groups of networks that share a data set and a shape. */
export type NetworkFamily = 'cifar-resnet' | 'cifar-plain' | 'imagenet-resnet' | 'imagenet-plain' | 'vgg';

/** Shortcut option of the paper, or none (plain networks and VGG). */
export type ShortcutKind = ShortcutOption | 'none';

/**
 * Where a network halves the resolution: in the first 1×1 of a bottleneck (v1, the paper), in its 3×3 (v1.5, torchvision),
 * in the first 3×3 of a basic or plain block (`basic`: the only form there is), or by pooling alone (VGG).
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
  /** Channels of the 3×3 convolutions. */
  readonly channels: number;
}

interface ResidualTableHead extends TableHead {
  readonly kind: 'residual';
  /** `cifar`: one 3×3 convolution. `imagenet`: a 7×7 of stride 2, then a 3×3 max pool of stride 2. */
  readonly stem: { readonly kind: 'cifar' | 'imagenet'; readonly channels: number };
  readonly stages: readonly Stage[];
}

/** A residual or plain network: a column of the paper's Table 1, or a row of its section 4.2. */
export type ResidualTable =
  | (ResidualTableHead & { readonly block: 'plain'; readonly shortcut: 'none'; readonly stride: 'basic' })
  | (ResidualTableHead & { readonly block: 'basic'; readonly shortcut: ShortcutOption; readonly stride: 'basic' })
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
