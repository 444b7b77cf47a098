import { ArgumentError, expected, nearestName } from '@resnet-ts/tensor-ops';
import { cifar10 } from './cifar10.js';
import { cifar100 } from './cifar100.js';
import type { DatasetDescription } from './dataset-description.js';
import { fashionMnist } from './fashion-mnist.js';

const DATASETS: readonly DatasetDescription[] = [cifar10, cifar100, fashionMnist];

/**
 * The names of the data sets that can be fetched and loaded.
 *
 * @example
 * datasetNames(); // ['cifar10', 'cifar100', 'fashion-mnist']
 */
export function datasetNames(): string[] {
  return DATASETS.map((dataset) => dataset.name);
}

/**
 * What is known of a data set without touching disk or network: sizes, classes, files with their sums, mirrors.
 *
 * @throws ArgumentError for an unknown name, with the nearest known one.
 * @example
 * datasetInfo('cifar10').classNames[3]; // 'cat'
 */
export function datasetInfo(dataset: string | DatasetDescription): DatasetDescription {
  if (typeof dataset !== 'string') return dataset;
  const found = DATASETS.find((candidate) => candidate.name === dataset);
  if (found !== undefined) return found;
  const nearest = nearestName(dataset, datasetNames());
  const remedy = nearest === undefined ? 'see datasetNames()' : `did you mean ${JSON.stringify(nearest)}?`;
  throw new ArgumentError(expected(`one of ${datasetNames().join(', ')}`, 'dataset', dataset, remedy));
}
