import { DataError, expected } from '@resnet-ts/tensor-ops';
import { join } from 'node:path';
import { readDatasetFile } from '../readers/dataset-file.js';
import { decodeCifarInto } from '../readers/decode-cifar.js';
import { decodeIdxImages, decodeIdxLabels } from '../readers/decode-idx.js';
import type { CifarPart } from '../readers/published-cifar.js';
import { readCifarParts } from '../readers/read-cifar-parts.js';
import { type ImageSet, imageBytes, sharedBytes } from '../sets/image-set.js';
import type { CifarLayout, DatasetDescription, DatasetFile, IdxLayout } from './dataset-description.js';
import { datasetInfo } from './dataset-registry.js';

/** A data set in memory. */
export interface LoadedDataset {
  readonly name: string;
  /** By label. */
  readonly classNames: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
}

export interface LoadDatasetOptions {
  /** The folder of the data sets. */
  readonly directory: string;
  /**
   * Threads that read the files of CIFAR's layout; 0 is the one that asks. Default: one for each processor, up to 4, or
   * fewer where the files are small.
   */
  readonly threads?: number;
}

/**
 * Reads a data set from disk into memory. Every file's size, checksum and labels are checked on the way: what comes
 * back is what was published.
 *
 * @throws ArgumentError for an unknown data set.
 * @throws DataError when a file is missing, cut short, altered or holds a label out of range; it names the file, what
 *   was expected and what came.
 * @example
 * const { train, test, classNames } = await loadDataset('cifar10', { directory: 'data' });
 * train.count; // 50000
 */
export async function loadDataset(
  dataset: string | DatasetDescription,
  { directory, threads }: LoadDatasetOptions,
): Promise<LoadedDataset> {
  const description = datasetInfo(dataset);
  const { name, classNames } = description;
  const folder = join(directory, description.folder);
  const { train, test } =
    description.layout.kind === 'cifar'
      ? await readCifar(folder, description, description.layout, threads)
      : await readIdx(folder, description, description.layout);
  return { name, classNames, train, test };
}

type Parts = Pick<LoadedDataset, 'train' | 'test'>;

async function readCifar(
  folder: string,
  description: DatasetDescription,
  layout: CifarLayout,
  threads: number | undefined,
): Promise<Parts> {
  const { labelBytes } = layout;
  const recordBytes = labelBytes + imageBytes(description);
  const partsOf = (set: ImageSet, names: readonly string[]): CifarPart[] => {
    let first = 0;
    return names.map((name) => {
      const { bytes, checksum } = fileOf(description, name);
      const last = first + bytes / recordBytes;
      const images = set.images.subarray(first * imageBytes(set), last * imageBytes(set));
      const labels = set.labels.subarray(first, last);
      first = last;
      return { ...{ path: join(folder, name), bytes, checksum, labelBytes, classes: set.classes }, images, labels };
    });
  };
  const train = emptySet(description, description.trainCount);
  const test = emptySet(description, description.testCount);
  const names = [...layout.train, ...layout.test];
  const parts = [...partsOf(train, layout.train), ...partsOf(test, layout.test)];
  const published = await readCifarParts(parts, threads);
  for (const [at, part] of parts.entries()) {
    if (published[at] === true) continue;
    // Packed, or not as published: read with care, so that the message says what is wrong.
    const file = fileOf(description, names[at] ?? '');
    const bytes = await readDatasetFile(folder, file, fetchAgain(description));
    decodeCifarInto(part, bytes, { source: part.path, labelBytes, classes: part.classes });
  }
  return { train, test };
}

async function readIdx(folder: string, description: DatasetDescription, layout: IdxLayout): Promise<Parts> {
  const readPart = async (names: IdxLayout['train'], count: number): Promise<ImageSet> => {
    const set = emptySet(description, count);
    const source = join(folder, names.images);
    const remedy = fetchAgain(description);
    const decoded = decodeIdxImages(await readDatasetFile(folder, fileOf(description, names.images), remedy), {
      source,
    });
    const found = `${decoded.count} of ${decoded.height}×${decoded.width}`;
    const wanted = `${count} of ${set.height}×${set.width}`;
    if (found !== wanted) throw new DataError(source, expected(wanted, 'the images', found, remedy));
    const labels = decodeIdxLabels(await readDatasetFile(folder, fileOf(description, names.labels), remedy), {
      source: join(folder, names.labels),
      classes: set.classes,
    });
    if (labels.length !== count) {
      throw new DataError(join(folder, names.labels), expected(`${count} labels`, 'the file', labels.length, remedy));
    }
    set.images.set(decoded.images);
    set.labels.set(labels);
    return set;
  };
  return {
    train: await readPart(layout.train, description.trainCount),
    test: await readPart(layout.test, description.testCount),
  };
}

function emptySet(description: DatasetDescription, count: number): ImageSet {
  const { height, width, channels } = description;
  return {
    images: sharedBytes(count * imageBytes(description)),
    labels: sharedBytes(count),
    count,
    height,
    width,
    channels,
    classes: description.classNames.length,
  };
}

function fileOf(description: DatasetDescription, name: string): DatasetFile {
  const file = description.files.find((candidate) => candidate.name === name);
  if (file === undefined) throw new DataError(description.name, expected('a file of the description', 'layout', name));
  return file;
}

function fetchAgain(description: DatasetDescription): string {
  return `fetch the data set ${description.name} again`;
}
