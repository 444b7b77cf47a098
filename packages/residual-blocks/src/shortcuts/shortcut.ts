import type { Block } from '../block.js';
import type { FeatureShape } from '../feature-shape.js';

/**
 * The paper's three shortcuts (section 4.1): A zero-pads, B projects where dimensions change, C projects everywhere. D is
 * ResNet-D's: as B, but an average pool takes the stride.
 */
export type ShortcutOption = 'A' | 'B' | 'C' | 'D';

/** Where option A puts its new zero channels: after the existing ones, or half before and half after. */
export type ZeroPlacement = 'end' | 'symmetric';

export interface ShortcutOptions {
  /** Name of the block, e.g. `layer2.0`; the shortcut's modules are named under it. */
  readonly name: string;
  readonly inputShape: FeatureShape;
  /** Channels of the block's output. */
  readonly outputChannels: number;
  readonly stride: number;
  /** Only read where option A pads. Default 'end'. */
  readonly placement?: ZeroPlacement;
}

/** The path around the branch. Its output has the shape of the block's output. */
export type Shortcut = Block;
