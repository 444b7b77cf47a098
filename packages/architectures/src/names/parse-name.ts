/** A network name taken apart. Whether such a network exists is not decided here. */
export interface ParsedName {
  /** True for the `cifar-` prefix, which picks the CIFAR network where an ImageNet one has the same name. */
  readonly cifar: boolean;
  readonly stem: 'resnet' | 'plain' | 'vgg';
  readonly depth: number;
  /** Without their dashes, in the order given. */
  readonly suffixes: readonly string[];
}

// Six digits: beyond any valid depth, and far inside the exact integers.
const NAME = /^(?:(cifar-)?(resnet|plain)|vgg)([1-9]\d{0,5})((?:-[a-z]+)*)$/;

/** Undefined when the text does not have the form of a network name at all. */
export function parseName(name: string): ParsedName | undefined {
  // Every valid name is far shorter; the bound keeps the matcher off hostile input.
  const match = name.length <= 64 ? NAME.exec(name) : null;
  if (match === null) return undefined;
  const [, prefix, stem, depth, suffixes = ''] = match;
  return {
    cifar: prefix !== undefined,
    stem: stem === 'resnet' || stem === 'plain' ? stem : 'vgg',
    depth: Number(depth),
    suffixes: suffixes.split('-').slice(1),
  };
}
