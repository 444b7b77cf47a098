import type { BranchEndMaker } from './branch-ends/branch-end.js';
import type { FeatureShape } from './feature-shape.js';
import type { ShortcutOption, ZeroPlacement } from './shortcuts/shortcut.js';

/** What every block needs to know. */
export interface BlockOptions {
  /** Prefix of all names, e.g. `layer1.0`. */
  readonly name: string;
  /** `[H, W, C]` of the input. */
  readonly inputShape: FeatureShape;
  /** Channels of the block's 3×3 convolutions. */
  readonly channels: number;
  /** 2 halves the resolution. */
  readonly stride: number;
}

/** What a block with a shortcut needs on top. */
export interface ResidualBlockOptions extends BlockOptions {
  readonly shortcut: ShortcutOption;
  /** Where option A puts its zeros. Default 'end'. */
  readonly placement?: ZeroPlacement;
  /** Start the last γ at 0, so that the block begins as its shortcut (torchvision's `zero_init_residual`). Default false. */
  readonly zeroInitResidual?: boolean;
  /** What acts on the branch before the addition, in order: `squeezeExcitation`, `stochasticDepth`. Default nothing. */
  readonly ends?: readonly BranchEndMaker[];
}
