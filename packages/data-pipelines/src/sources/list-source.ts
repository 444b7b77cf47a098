import { DataError, expected } from '@resnet-ts/tensor-ops';
import type { ImageLocation, ImageSource, RefusedImage } from './image-source.js';

/** One image of a list. */
export interface ImageEntry {
  readonly id: string;
  readonly label: number;
  readonly location: ImageLocation;
}

export interface ListSourceOptions {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly entries: readonly ImageEntry[];
  readonly passedOver: readonly RefusedImage[];
}

/** A source from a list. @throws DataError where there is no image, fewer than two classes or a label out of range */
export function listSource({ name, classNames, entries, passedOver }: ListSourceOptions): ImageSource {
  if (entries.length === 0) {
    const others = passedOver.length === 0 ? 'none' : `none (${describePassedOver(passedOver)})`;
    throw new DataError(name, expected('images', 'the source', others));
  }
  if (classNames.length < 2) {
    const remedy = 'a classifier needs two; is this the folder of one class rather than the one above it?';
    throw new DataError(name, expected('at least 2 classes', 'the source', classNames, remedy));
  }
  for (const { id, label } of entries) {
    if (Number.isSafeInteger(label) && label >= 0 && label < classNames.length) continue;
    throw new DataError(name, expected(`0 to ${classNames.length - 1}`, `the label of ${id}`, label));
  }
  const at = (index: number): ImageEntry => {
    const entry = entries[index];
    if (entry === undefined) throw new RangeError(expected(`0 to ${entries.length - 1}`, 'index', index));
    return entry;
  };
  return {
    name,
    count: entries.length,
    classNames,
    passedOver,
    label: (index) => at(index).label,
    id: (index) => at(index).id,
    location: (index) => at(index).location,
  };
}

function describePassedOver(passedOver: readonly RefusedImage[]): string {
  const [first] = passedOver;
  const others = passedOver.length > 1 ? ` and ${passedOver.length - 1} more` : '';
  return first === undefined ? '' : `passed over ${first.id}: ${first.reason}${others}`;
}

/** The order of UTF-16 code units: the same on every machine, which a locale's is not. */
export function byCodeUnits(first: string, second: string): number {
  return first < second ? -1 : Number(first > second);
}

/** The name of a source made of one path, or of several in one folder. */
export function sourceName(path: string | readonly string[]): string {
  return typeof path === 'string' ? path : (path[0] ?? '');
}
