import { dirname, resolve } from 'node:path';
import { createNetwork } from '@resnet-ts/architectures';
import { disposeNamed, expected, type ImageClassifier, type NetworkState } from '@resnet-ts/tensor-ops';
import { isRunFolder, loadCheckpoint, readRecipe, resolveRunFolder, type Recipe } from '@resnet-ts/training';
import { CheckpointError, readingCheckpoint } from './checkpoint-error.js';
import { readPreprocessing, type Preprocessing } from './preprocessing.js';

/** A trained network, ready to classify, with everything that belongs to it. The caller disposes the state's tensors. */
export interface Model {
  readonly runFolder: string;
  /** The checkpoint the state was read from. */
  readonly checkpoint: string;
  /** Training steps done. */
  readonly step: number;
  readonly recipe: Recipe;
  readonly network: ImageClassifier;
  readonly state: NetworkState;
  readonly preprocessing: Preprocessing;
}

/** `runs/<run>/checkpoints/step-000390` lies two folders below its run. */
async function locate(source: string): Promise<{ runFolder: string; path: string }> {
  const parent = dirname(dirname(resolve(source)));
  if (!(await isRunFolder(source)) && (await isRunFolder(parent))) return { runFolder: parent, path: source };
  const runFolder = await resolveRunFolder(source);
  return { runFolder, path: runFolder };
}

/**
 * Opens a run by its folder, its name inside `runs` or `latest`, or one of its checkpoints by path.
 *
 * @throws CheckpointError where it is missing, damaged or does not fit its own recipe
 */
export async function openModel(source: string): Promise<Model> {
  return readingCheckpoint(async () => {
    const { runFolder, path } = await locate(source);
    const recipe = await readRecipe(runFolder);
    const preprocessing = await readPreprocessing(runFolder);
    const { shape, classNames } = preprocessing;
    if (classNames.length !== recipe.classes) {
      throw new CheckpointError(expected(`${recipe.classes} class names`, runFolder, classNames.length));
    }
    const network = createNetwork(recipe.network, { classes: recipe.classes, inputShape: shape });
    const { path: checkpoint, position, state, velocities, training } = await loadCheckpoint(path, network);
    // What only training goes on from: as many bytes as the network once more, or thrice with an average.
    disposeNamed(velocities);
    if (training !== undefined) disposeModel({ state: training });
    return { runFolder, checkpoint, step: position.step, recipe, network, state, preprocessing };
  });
}

/** Frees the tensors of a model that was opened. */
export function disposeModel({ state }: Pick<Model, 'state'>): void {
  disposeNamed(state.parameters);
  disposeNamed(state.buffers);
}
