import type { ShortcutOption, StridePlacement } from '@resnet-ts/residual-blocks';
import { cifarTable, isCifarDepth } from '../tables/cifar-tables.js';
import {
  IMAGENET_BASIC_DEPTHS,
  IMAGENET_BOTTLENECK_DEPTHS,
  imagenetBasicTable,
  imagenetBottleneckTable,
  imagenetPlainTable,
} from '../tables/imagenet-tables.js';
import type { NetworkTable } from '../tables/network-table.js';
import { vggTable } from '../tables/vgg-tables.js';
import type { ParsedName } from './parse-name.js';

/** All networks of one stem and depth, by the name each is listed under; the default comes first. Empty: no such depth. */
export type Variants = ReadonlyMap<string, NetworkTable>;

const OPTIONS: readonly ShortcutOption[] = ['A', 'B', 'C'];
const PLACEMENTS: readonly StridePlacement[] = ['v1.5', 'v1'];

/** The default option first, without a suffix; the others by their letter. */
function optionSuffixes(byDefault: ShortcutOption): readonly (readonly [ShortcutOption, string])[] {
  const others = OPTIONS.filter((option) => option !== byDefault);
  return [[byDefault, ''], ...others.map((option) => [option, `-${option.toLowerCase()}`] as const)];
}

function byName(tables: readonly (NetworkTable | undefined)[]): Variants {
  return new Map(tables.flatMap((table) => (table === undefined ? [] : [[table.name, table]])));
}

/** ImageNet networks: option B and v1.5 unless the name says otherwise; `-paper` is v1. */
function imagenetVariants(stem: 'resnet' | 'plain', depth: number): Variants {
  if (stem === 'plain') return byName([imagenetPlainTable(`plain${depth}`, depth)]);
  return byName([
    ...optionSuffixes('B').map(([option, suffix]) => imagenetBasicTable(`resnet${depth}${suffix}`, depth, option)),
    ...PLACEMENTS.flatMap((placement) =>
      optionSuffixes('B').map(([option, suffix]) => {
        const name = `resnet${depth}${suffix}${placement === 'v1' ? '-paper' : ''}`;
        return imagenetBottleneckTable(name, depth, option, placement);
      }),
    ),
  ]);
}

/** CIFAR networks: option A (the paper's) unless the name says otherwise. */
function cifarVariants(stem: 'resnet' | 'plain', depth: number): Variants {
  if (!isCifarDepth(depth)) return new Map();
  const name = `${isImagenetDepth(stem, depth) ? 'cifar-' : ''}${stem}${depth}`;
  if (stem === 'plain') return byName([cifarTable(name, depth, 'none')]);
  return byName(optionSuffixes('A').map(([option, suffix]) => cifarTable(`${name}${suffix}`, depth, option)));
}

/** Whether Table 1 of the paper has this network: those names belong to ImageNet, also where the depth is 6n + 2 (50, 152). */
export function isImagenetDepth(stem: 'resnet' | 'plain', depth: number): boolean {
  return IMAGENET_BASIC_DEPTHS.includes(depth) || (stem === 'resnet' && IMAGENET_BOTTLENECK_DEPTHS.includes(depth));
}

/** The networks a parsed name can mean, its suffixes aside. */
export function variantsOf({ cifar, stem, depth }: Omit<ParsedName, 'suffixes'>): Variants {
  if (stem === 'vgg') return byName([cifar ? undefined : vggTable(`vgg${depth}`, depth)]);
  return !cifar && isImagenetDepth(stem, depth) ? imagenetVariants(stem, depth) : cifarVariants(stem, depth);
}
