import { countMultiplyAdds, countParameters, layerTable } from './layer-table.js';
import { tableOf } from './names/table-of.js';
import { resolveOptions, type NetworkOptions } from './network-options.js';
import type { NetworkFamily, NetworkTable, ShortcutKind, StrideKind } from './tables/network-table.js';

export interface NetworkDescription {
  readonly name: string;
  readonly family: NetworkFamily;
  /** Convolutions and fully connected layers, without projections. */
  readonly depth: number;
  /** Side of the images it is counted for, pixels (the height, where they are not square). */
  readonly inputSize: number;
  readonly classes: number;
  /** Option 'A', 'B' or 'C' of the paper, or 'none'. */
  readonly shortcut: ShortcutKind;
  /** 'v1' (the paper's bottlenecks), 'v1.5' (torchvision's), 'basic' or 'pooling'. */
  readonly stride: StrideKind;
  readonly parameters: number;
  /** For one image of the input size. */
  readonly multiplyAdds: number;
}

/**
 * A network in one line: what it is and what it costs. No tensor is made; ResNet-1202 takes tens of milliseconds.
 *
 * @throws ArgumentError as `createNetwork`
 * @example
 * describeNetwork('resnet50-paper').stride; // 'v1'
 */
export function describeNetwork(network: string | NetworkTable, options: NetworkOptions = {}): NetworkDescription {
  const table = tableOf(network);
  const { classes, inputShape } = resolveOptions(table, options);
  const layers = layerTable(table, options);
  const { name, family, depth, shortcut, stride } = table;
  return {
    name,
    family,
    depth,
    inputSize: inputShape[0],
    classes,
    shortcut,
    stride,
    parameters: countParameters(layers),
    multiplyAdds: countMultiplyAdds(layers),
  };
}
