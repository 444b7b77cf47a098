import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetInfo, datasetNames, type DatasetDescription } from '@resnet-ts/data-pipelines';
import { ArgumentError, DataError, expected, nearestName } from '@resnet-ts/tensor-ops';
import { datasetFolderSchema, datasetSchema } from './dataset-schema.js';

/**
 * A data set by name: one of the registry, or one of your own, described by `<directory>/<name>/dataset.json` with its
 * files beside it in CIFAR's binary layout or in IDX.
 *
 * @param directory the data directory
 * @throws ArgumentError for a name that is neither, with the nearest one of the registry
 * @throws DataError for a description that is not valid, naming the field
 */
export async function findDataset(name: string, directory: string): Promise<DatasetDescription> {
  if (datasetNames().includes(name) || !datasetFolderSchema.safeParse(name).success) return datasetInfo(name);
  const path = join(directory, name, 'dataset.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined) return parseDescription(text, { name, path });
  const nearest = nearestName(name, datasetNames());
  const known = `one of ${datasetNames().join(', ')}, or a folder of ${directory} with a dataset.json,`;
  const remedy = nearest === undefined ? 'or set --data' : `did you mean ${JSON.stringify(nearest)}?`;
  throw new ArgumentError(expected(known, 'the data set', name, remedy));
}

function parseDescription(text: string, { name, path }: { name: string; path: string }): DatasetDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(path, 'expected the description of a data set as JSON', { cause });
  }
  const result = datasetSchema.safeParse(value);
  if (result.success) return { ...result.data, name, folder: name, mirrors: [] };
  const [issue] = result.error.issues;
  throw new DataError(
    path,
    `field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a description of a data set'}`,
  );
}
