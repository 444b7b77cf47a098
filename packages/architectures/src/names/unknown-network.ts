import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import { DEEPEST_CIFAR_DEPTH, isCifarDepth } from '../tables/cifar-tables.js';
import { IMAGENET_BASIC_DEPTHS, IMAGENET_BOTTLENECK_DEPTHS } from '../tables/imagenet-tables.js';
import { VGG_DEPTHS } from '../tables/vgg-tables.js';
import type { ParsedName } from './parse-name.js';
import { variantsOf } from './variants.js';

/** The error for a name no network has: what is valid, and what was probably meant. */
export function unknownNetwork(name: unknown, parsed: ParsedName | undefined, names: readonly string[]): ArgumentError {
  if (parsed === undefined) {
    const near = typeof name === 'string' ? nearestName(name, names) : undefined;
    const remedy = near === undefined ? `try ${names[0]}; networkNames() lists them` : `did you mean ${near}?`;
    return new ArgumentError(expected('the name of a network', 'network', name, remedy));
  }
  const variants = [...variantsOf(parsed).keys()];
  if (variants.length > 0) {
    const near = nearestName(String(name), variants) ?? variants[0];
    return new ArgumentError(expected(`one of ${variants.join(', ')}`, 'network', name, `did you mean ${near}?`));
  }
  return new ArgumentError(
    expected(validDepths(parsed), 'network', name, `the nearest are ${nearestDepths(parsed).join(', ')}`),
  );
}

function imagenetDepths({ stem }: ParsedName): readonly number[] {
  return stem === 'plain' ? IMAGENET_BASIC_DEPTHS : [...IMAGENET_BASIC_DEPTHS, ...IMAGENET_BOTTLENECK_DEPTHS];
}

function validDepths(parsed: ParsedName): string {
  if (parsed.stem === 'vgg') return `a depth of ${VGG_DEPTHS.join(' or ')}`;
  const cifar = `6n + 2 from 8 to ${DEEPEST_CIFAR_DEPTH} (CIFAR)`;
  return parsed.cifar
    ? `a depth of ${cifar}`
    : `a depth of ${cifar} or ${imagenetDepths(parsed).join(', ')} (ImageNet)`;
}

/** Up to three valid names, closest depth first: the CIFAR depths on either side and the ImageNet depth next to it. */
function nearestDepths(parsed: ParsedName): readonly string[] {
  const { stem, depth } = parsed;
  const closestFirst = (depths: readonly number[]) =>
    [...depths].sort((a, b) => Math.abs(a - depth) - Math.abs(b - depth) || a - b);
  const first = (key: ParsedName) => [...variantsOf(key).keys()].slice(0, 1);
  if (stem === 'vgg') return closestFirst(VGG_DEPTHS).map((valid) => `vgg${valid}`);

  const n = (depth - 2) / 6;
  const cifar = [Math.floor(n), Math.ceil(n)]
    .map((blocks) => 6 * Math.min(Math.max(blocks, 1), (DEEPEST_CIFAR_DEPTH - 2) / 6) + 2)
    .filter(isCifarDepth);
  const imagenet = parsed.cifar ? [] : closestFirst(imagenetDepths(parsed)).slice(0, 1);
  return closestFirst([...new Set([...cifar, ...imagenet])]).flatMap((valid) => [
    ...(imagenet.includes(valid) ? first({ ...parsed, cifar: false, depth: valid }) : []),
    ...(cifar.includes(valid) ? first({ ...parsed, cifar: true, depth: valid }) : []),
  ]);
}
