import { ArgumentError, expected } from '@resnet-ts/tensor-ops';
import { disposeModel, openModel, type Model } from './open-model.js';

/**
 * Opens several runs or checkpoints that are to classify together; the caller disposes them.
 *
 * @throws CheckpointError as `openModel`; ArgumentError for none, or runs of other classes
 */
export async function openModels(sources: readonly string[]): Promise<[Model, ...Model[]]> {
  const models: Model[] = [];
  try {
    for (const source of sources) models.push(await openModel(source));
    const [first, ...others] = models;
    if (first === undefined) throw new ArgumentError(expected('at least one', 'run', 'none'));
    for (const { runFolder, preprocessing } of others) assertSameClasses(first, runFolder, preprocessing.classNames);
    return [first, ...others];
  } catch (error) {
    models.forEach(disposeModel);
    throw error;
  }
}

function assertSameClasses({ preprocessing }: Model, runFolder: string, classNames: readonly string[]): void {
  const wanted = preprocessing.classNames;
  if (classNames.length === wanted.length && classNames.every((name, label) => name === wanted[label])) return;
  throw new ArgumentError(expected(`the classes of the first run, ${wanted.length}`, runFolder, classNames.length));
}
