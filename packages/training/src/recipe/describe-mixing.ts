import type { Erasing, Mixing } from './mixing-schema.js';

/** Which images are mixed, in words. */
export function describeMixing({ mixup, cutmix, probability }: Mixing): string {
  const kinds = Object.entries({ mixup, cutmix }).flatMap(([kind, options]) =>
    options === undefined ? [] : [`${kind} with λ from Beta(${options.alpha}, ${options.alpha})`],
  );
  return `${kinds.join(' or ')}, of ${percent(probability)} of the batches`;
}

/** What is erased of images, in words. */
export function describeErasing(erasing: Erasing): string {
  if (erasing.kind === 'cutout') return `cutout, a square of ${erasing.size} pixels of each image`;
  const { probability, area, aspect } = erasing;
  return `a rectangle of ${percent(probability)} of the images, ${percent(area[0])} to ${percent(area[1])} of the area, aspect ${aspect[0]} to ${aspect[1]}`;
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`;
}
