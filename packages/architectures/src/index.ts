export { createNetwork } from './create-network.js';
export { describeNetwork, type NetworkDescription } from './describe-network.js';
export { countMultiplyAdds, countParameters, layerTable } from './layer-table.js';
export { networkNames, networkTable } from './names/network-names.js';
export type { NetworkOptions } from './network-options.js';
export type {
  NetworkFamily,
  NetworkTable,
  ResidualTable,
  ShortcutKind,
  Stage,
  StrideKind,
  VggTable,
} from './tables/network-table.js';
export type { LayerKind, LayerRow } from '@resnet-ts/residual-blocks';
