import { DataError, expected } from '@resnet-ts/tensor-ops';
import { type FileMetaData, parquetSchema } from 'hyparquet';
import { basename } from 'node:path';
import type { ImageSource } from './image-source.js';
import { type ImageEntry, listSource, sourceName } from './list-source.js';
import { listFiles } from './list-files.js';
import { parquetThread } from './parquet-thread.js';

export interface ParquetOptions {
  /** The column of images: bytes, or a struct with a field `bytes`. Default `image`. */
  readonly imageColumn?: string;
  /** The column of labels, whole numbers from 0. Default `label`. */
  readonly labelColumn?: string;
  /** Default: what Hugging Face wrote into the file, or else the numbers themselves. */
  readonly classNames?: readonly string[];
}

/**
 * Parquet shards as Hugging Face publishes image data sets: a column `image`, a struct of `bytes` and `path`, and a
 * column `label` of whole numbers. Labels are read at once, images when they are wanted, whole row groups at a time:
 * for training in random order an image folder or WebDataset shards are faster.
 *
 * @param path a `.parquet` file, several in order, or a folder of them, which are read in the order of their names
 * @throws DataError naming file and column where a file is damaged or has other columns
 * @example
 * const train = await openParquet('imagenet-1k/data');
 */
export async function openParquet(
  path: string | readonly string[],
  { imageColumn = 'image', labelColumn = 'label', classNames }: ParquetOptions = {},
): Promise<ImageSource> {
  const entries: ImageEntry[] = [];
  let names = classNames;
  for (const file of await listFiles(path, '.parquet')) {
    const { labels, published } = await readLabels(file, { imageColumn, labelColumn });
    names ??= published;
    for (const [row, label] of labels.entries()) {
      const location = { kind: 'row', path: file, column: imageColumn, row } as const;
      entries.push({ id: `${basename(file)}#${row}`, label, location });
    }
  }
  const classes = names ?? numbered(entries);
  return listSource({ name: sourceName(path), classNames: classes, entries, passedOver: [] });
}

function numbered(entries: readonly ImageEntry[]): readonly string[] {
  const last = entries.reduce((most, { label }) => Math.max(most, label), -1);
  return Array.from({ length: last + 1 }, (_, label) => String(label));
}

/**
 * The names of the classes that Hugging Face's library wrote into a file, in the order of their labels.
 *
 * @returns undefined where there are none
 * @throws DataError for a damaged file
 */
export async function publishedClassNames(
  path: string,
  { labelColumn = 'label' }: Pick<ParquetOptions, 'labelColumn'> = {},
): Promise<readonly string[] | undefined> {
  try {
    return publishedNames(await parquetThread.metadata(path), labelColumn);
  } catch (cause) {
    throw damaged(path, cause);
  }
}

const damaged = (path: string, cause: unknown): DataError =>
  new DataError(path, expected('a whole parquet file', 'the file', String(cause)), { cause });

async function readLabels(
  path: string,
  { imageColumn, labelColumn }: { imageColumn: string; labelColumn: string },
): Promise<{ labels: number[]; published: readonly string[] | undefined }> {
  try {
    const metadata = await parquetThread.metadata(path);
    checkColumns(path, metadata, { imageColumn, labelColumn });
    const cells = await parquetThread.column({ path, metadata, column: labelColumn });
    const labels = cells.map((cell, row) => checkLabel(path, row, cell));
    return { labels, published: publishedNames(metadata, labelColumn) };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw damaged(path, cause);
  }
}

function checkColumns(
  path: string,
  metadata: FileMetaData,
  { imageColumn, labelColumn }: { imageColumn: string; labelColumn: string },
): void {
  const columns = parquetSchema(metadata).children;
  const names = columns.map((column) => column.element.name);
  for (const wanted of [imageColumn, labelColumn]) {
    if (names.includes(wanted)) continue;
    const remedy = 'name the columns with imageColumn and labelColumn';
    throw new DataError(path, expected(`a column ${wanted}`, 'the columns', names.join(', '), remedy));
  }
  const image = columns.find((column) => column.element.name === imageColumn);
  const cell = image?.children.length === 0 ? image : image?.children.find((child) => child.element.name === 'bytes');
  if (cell?.element.type === 'BYTE_ARRAY') return;
  throw new DataError(path, expected('bytes, or a struct with a field bytes,', `the column ${imageColumn}`, 'others'));
}

/** Upper bound: every class takes a name in memory. */
function checkLabel(path: string, row: number, value: unknown): number {
  const label = typeof value === 'bigint' ? Number(value) : value;
  if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < 1e6) return label;
  throw new DataError(path, expected('a whole number from 0 to 999999', `the label of row ${row}`, value));
}

/** The names of the classes, which Hugging Face's library writes into the file's metadata as JSON. */
function publishedNames(metadata: FileMetaData, labelColumn: string): readonly string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const names = ['info', 'features', labelColumn, 'names'].reduce(field, value);
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
