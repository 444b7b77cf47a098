import type { LayerRow } from '@resnet-ts/residual-blocks';
import { tableOf } from './names/table-of.js';
import { resolveOptions, type NetworkOptions } from './network-options.js';
import { planNetwork } from './networks/plan-network.js';
import type { NetworkTable } from './tables/network-table.js';

/**
 * A network layer by layer, in the order the data passes: name, kind, shapes, parameters, multiply-adds. No tensor is made.
 *
 * @throws ArgumentError as `createNetwork`
 * @example
 * layerTable('resnet20').at(-1); // { name: 'fc', kind: 'linear', inputShape: [64], outputShape: [10], parameters: 650, … }
 */
export function layerTable(network: string | NetworkTable, options: NetworkOptions = {}): readonly LayerRow[] {
  const table = tableOf(network);
  return planNetwork(table, resolveOptions(table, options)).layers;
}

/**
 * Trained numbers of all layers; running statistics are not among them.
 *
 * @example
 * countParameters(layerTable('resnet20')); // 269722
 */
export function countParameters(layers: readonly LayerRow[]): number {
  return layers.reduce((sum, layer) => sum + layer.parameters, 0);
}

/**
 * Multiply-adds of all layers for one image: convolutions and linear layers only, which is what the paper's Table 1
 * calls FLOPs.
 *
 * @example
 * countMultiplyAdds(layerTable('resnet50-paper')); // 3857973248, the paper's 3.8e9
 */
export function countMultiplyAdds(layers: readonly LayerRow[]): number {
  return layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
}
