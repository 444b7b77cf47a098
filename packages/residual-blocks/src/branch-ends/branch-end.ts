import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { NetworkState } from '@resnet-ts/tensor-ops';
import type { ForwardMode, NetworkPart } from '../block.js';
import type { FeatureShape } from '../feature-shape.js';

/** What acts on the branch of a residual block after its last layer and before the addition of the shortcut. */
export interface BranchEnd extends NetworkPart {
  /** False where `apply` would change nothing: the block then keeps its fused addition. */
  acts(mode: ForwardMode): boolean;
  /** @param y the branch, `[N, H, W, C]`; same shape out */
  apply(y: Tensor4D, state: NetworkState, mode: ForwardMode): Tensor4D;
}

/**
 * Makes the end of one block's branch.
 *
 * @param name the block's, e.g. `layer1.0`
 * @param shape `[H, W, C]` of the branch
 */
export type BranchEndMaker = (name: string, shape: FeatureShape) => BranchEnd;
