export { type Block, type BlockResult, type ForwardMode, type NetworkPart, ownedBy } from './block.js';
export type { BlockOptions, ResidualBlockOptions } from './block-options.js';
export { batchNormUnit } from './batch-norm-unit.js';
export { bareConvolution, type BareConvolutionOptions } from './bare-convolution.js';
export { basicBlock } from './basic-block.js';
export {
  BOTTLENECK_EXPANSION,
  bottleneckBlock,
  type BottleneckBlockOptions,
  type StridePlacement,
} from './bottleneck-block.js';
export { highwayBlock, type HighwayBlockOptions } from './highway-block.js';
export type { PreActivationBlockOptions } from './pre-activation.js';
export { preActivationBasicBlock } from './pre-activation-basic-block.js';
export { preActivationBottleneckBlock } from './pre-activation-bottleneck-block.js';
export type { BranchEnd, BranchEndMaker } from './branch-ends/branch-end.js';
export { squeezeExcitation } from './branch-ends/squeeze-excitation.js';
export { stochasticDepth } from './branch-ends/stochastic-depth.js';
export { pooledConvolution } from './pooled-convolution.js';
export { plainBlock } from './plain-block.js';
export { convolutionUnit, type ConvolutionUnit, type ConvolutionUnitOptions } from './convolution-unit.js';
export { chooseShortcut } from './shortcuts/choose-shortcut.js';
export { averagePoolShortcut } from './shortcuts/average-pool-shortcut.js';
export { identityShortcut } from './shortcuts/identity-shortcut.js';
export { projectionShortcut } from './shortcuts/projection-shortcut.js';
export { zeroPadShortcut } from './shortcuts/zero-pad-shortcut.js';
export type { Shortcut, ShortcutOption, ShortcutOptions, ZeroPlacement } from './shortcuts/shortcut.js';
export { assertPositiveInteger, windowedShape, type FeatureShape } from './feature-shape.js';
export {
  batchNormRow,
  convolutionRow,
  linearRow,
  parameterFreeRow,
  type LayerKind,
  type LayerRow,
} from './layer-row.js';
export { namedTensor } from './named-tensor.js';
