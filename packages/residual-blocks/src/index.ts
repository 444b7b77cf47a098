export { type Block, type BlockResult, type ForwardMode, type NetworkPart, ownedBy } from './block.js';
export type { BlockOptions, ResidualBlockOptions } from './block-options.js';
export { basicBlock } from './basic-block.js';
export {
  BOTTLENECK_EXPANSION,
  bottleneckBlock,
  type BottleneckBlockOptions,
  type StridePlacement,
} from './bottleneck-block.js';
export { plainBlock } from './plain-block.js';
export { convolutionUnit, type ConvolutionUnit, type ConvolutionUnitOptions } from './convolution-unit.js';
export { chooseShortcut } from './shortcuts/choose-shortcut.js';
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
