import { DataError, expected } from '@resnet-ts/tensor-ops';
import { join } from 'node:path';
import { readDatasetFile } from '../readers/dataset-file.js';
import { decodeCifarInto } from '../readers/decode-cifar.js';
import { decodeIdxImages, decodeIdxLabels } from '../readers/decode-idx.js';
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
  { directory }: { readonly directory: string },
): Promise<LoadedDataset> {
  const description = datasetInfo(dataset);
  const { name, classNames } = description;
  const folder = join(directory, description.folder);
  const { train, test } =
    description.layout.kind === 'cifar'
      ? await readCifar(folder, description, description.layout)
      : await readIdx(folder, description, description.layout);
  return { name, classNames, train, test };
}

type Parts = Pick<LoadedDataset, 'train' | 'test'>;

async function readCifar(folder: string, description: DatasetDescription, layout: CifarLayout): Promise<Parts> {
  const files = [...layout.train, ...layout.test].map((name) => fileOf(description, name));
  const buffer = new Uint8Array(Math.max(...files.map(({ bytes }) => bytes)));
  const readPart = async (names: readonly string[], count: number): Promise<ImageSet> => {
    const set = emptySet(description, count);
    const recordBytes = layout.labelBytes + imageBytes(description);
    let first = 0;
    for (const name of names) {
      const file = fileOf(description, name);
      const bytes = await readDatasetFile(folder, file, fetchAgain(description), buffer);
      const last = first + file.bytes / recordBytes;
      const target = {
        images: set.images.subarray(first * imageBytes(set), last * imageBytes(set)),
        labels: set.labels.subarray(first, last),
      };
      decodeCifarInto(target, bytes, {
        source: join(folder, name),
        labelBytes: layout.labelBytes,
        classes: set.classes,
      });
      first = last;
    }
    return set;
  };
  return {
    train: await readPart(layout.train, description.trainCount),
    test: await readPart(layout.test, description.testCount),
  };
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
    labels: new Uint8Array(count),
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
