import { join } from 'node:path';
import type { DatasetDescription } from '../datasets/dataset-description.js';
import { datasetInfo } from '../datasets/dataset-registry.js';
import { inspectDatasetFile } from '../readers/dataset-file.js';

/** One file of a data set, compared with what was published. */
export interface FileVerification {
  readonly file: string;
  readonly path: string;
  readonly status: 'ok' | 'missing' | 'altered';
  /** Set unless the file is ok: sizes or checksums, in words. */
  readonly expected?: string;
  readonly received?: string;
}

export interface DatasetVerification {
  readonly name: string;
  readonly folder: string;
  /** True when every file is there and as published. */
  readonly ok: boolean;
  readonly files: readonly FileVerification[];
}

/**
 * Compares every file of a data set on disk with its published size and checksum. Writes nothing.
 *
 * @throws ArgumentError for an unknown data set.
 * @throws DataError when a file is there and cannot be read.
 * @example
 * const { ok, files } = await verifyDataset('cifar10', { directory: 'data' });
 * if (!ok) console.log(files.filter((file) => file.status !== 'ok'));
 */
export async function verifyDataset(
  dataset: string | DatasetDescription,
  { directory }: { readonly directory: string },
): Promise<DatasetVerification> {
  const description = datasetInfo(dataset);
  const folder = join(directory, description.folder);
  const files: FileVerification[] = [];
  for (const file of description.files) {
    const inspection = await inspectDatasetFile(folder, file);
    const { path, status } = inspection;
    if (inspection.status === 'ok') files.push({ file: file.name, path, status });
    else files.push({ file: file.name, path, status, expected: inspection.expected, received: inspection.received });
  }
  return { name: description.name, folder, ok: files.every((file) => file.status === 'ok'), files };
}
