import type { ShortcutOption } from '@resnet-ts/residual-blocks';
import { CIFAR_PLAIN_DEPTHS, CIFAR_RESNET_DEPTHS } from '../tables/cifar-tables.js';
import { FAMILY_TABLES } from '../tables/family-tables.js';
import { IMAGENET_BASIC_DEPTHS, IMAGENET_BOTTLENECK_DEPTHS } from '../tables/imagenet-tables.js';
import type { NetworkTable } from '../tables/network-table.js';
import { VGG_DEPTHS } from '../tables/vgg-tables.js';
import { parseName, type ParsedName } from './parse-name.js';
import { unknownNetwork } from './unknown-network.js';
import { variantsOf } from './variants.js';

/**
 * The networks of the paper by name: CIFAR first, then ImageNet, then VGG; after them those that followed the paper. `networkTable` knows more: every CIFAR depth
 * 6n + 2, and aliases.
 *
 * @example
 * networkNames().includes('resnet50-paper'); // true
 */
export function networkNames(): string[] {
  const all = (stem: ParsedName['stem'], depths: readonly number[]) =>
    depths.flatMap((depth) => [...variantsOf({ cifar: false, stem, depth }).keys()]);
  return [
    ...all('resnet', CIFAR_RESNET_DEPTHS),
    ...all('plain', CIFAR_PLAIN_DEPTHS),
    ...all('resnet', [...IMAGENET_BASIC_DEPTHS, ...IMAGENET_BOTTLENECK_DEPTHS]),
    ...all('plain', IMAGENET_BASIC_DEPTHS),
    ...all('vgg', VGG_DEPTHS),
    ...FAMILY_TABLES.keys(),
  ];
}

/**
 * The table of a named network.
 *
 * Names are `resnet<depth>` and `plain<depth>` with suffixes in any order: `-a`, `-b`, `-c` for the shortcut option,
 * `-paper` for bottlenecks with the paper's stride placement (v1). Without a suffix a CIFAR network is option A and an
 * ImageNet network option B with v1.5. A depth that both have (50, 152) is ImageNet's; `cifar-resnet50` is the other.
 * `table.name` is the listed name: `networkTable('resnet20-a').name` is `'resnet20'`.
 *
 * @throws ArgumentError for an unknown name, with the nearest valid ones
 * @example
 * networkTable('resnet50-paper').stride; // 'v1'
 */
export function networkTable(name: string): NetworkTable {
  const later = typeof name === 'string' ? FAMILY_TABLES.get(name) : undefined;
  if (later !== undefined) return later;
  const parsed = typeof name === 'string' ? parseName(name) : undefined;
  const table = parsed === undefined ? undefined : variantWith(parsed);
  if (table === undefined) throw unknownNetwork(name, parsed, networkNames());
  return table;
}

/** The variant whose shortcut and stride are what the suffixes say. */
function variantWith(parsed: ParsedName): NetworkTable | undefined {
  const variants = [...variantsOf(parsed).values()];
  const [byDefault] = variants;
  if (byDefault === undefined || new Set(parsed.suffixes).size !== parsed.suffixes.length) return undefined;
  let { shortcut, stride } = byDefault;
  let letters = 0;
  for (const suffix of parsed.suffixes) {
    const option = shortcutOption(suffix);
    if (option !== undefined && letters === 0) {
      shortcut = option;
      letters += 1;
    } else if (suffix === 'paper') stride = 'v1';
    else return undefined;
  }
  return variants.find((table) => table.shortcut === shortcut && table.stride === stride);
}

function shortcutOption(suffix: string): ShortcutOption | undefined {
  const options: Readonly<Record<string, ShortcutOption>> = { a: 'A', b: 'B', c: 'C' };
  return Object.hasOwn(options, suffix) ? options[suffix] : undefined;
}
