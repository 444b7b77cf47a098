import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ArgumentError,
  DataError,
  disposeNamed,
  expected,
  isResidualError,
  type ImageClassifier,
} from '@resnet-ts/tensor-ops';
import { listCheckpoints, setAside, stepOfPath } from '../checkpoint/checkpoint-folders.js';
import {
  latestCheckpoint,
  loadCheckpoint,
  type LoadedCheckpoint,
  type RefusedCheckpoint,
} from '../checkpoint/read-checkpoint.js';
import { recipeDifferences } from '../recipe/recipe-differences.js';
import { recipeHash } from '../recipe/recipe-hash.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { disposeState } from '../step/average-state.js';
import { TEMPORARY_PREFIX } from './atomic-write.js';
import { fileOperations } from './file-operations.js';
import { isRunFolder, readRecipe, recipePath, writeRecipe } from './run-folder.js';

export interface OpenRunOptions {
  readonly runFolder: string;
  readonly network: ImageClassifier;
  readonly recipe: Recipe;
  readonly resume: string | undefined;
  readonly warn: (message: string) => Promise<void>;
}

/**
 * Begins a run in its folder, which the caller has locked, or finds the checkpoint to go on from.
 *
 * @returns the checkpoint, or undefined to start from the first step
 * @throws ArgumentError when a new run would overwrite one, DataError when the folder, recipe or checkpoint do not fit
 */
export async function openRun(options: OpenRunOptions): Promise<LoadedCheckpoint | undefined> {
  const { runFolder, recipe, resume } = options;
  await removeUnfinished(runFolder);
  if (resume === undefined) {
    await beginRun(runFolder, recipe);
    return undefined;
  }
  // Killed before even the recipe was written: there is nothing to go on from, and nothing to lose.
  if (resume === 'latest' && !(await isRunFolder(runFolder)) && (await listCheckpoints(runFolder)).length === 0) {
    await options.warn(`${runFolder}: holds no run yet; starting from the first step`);
    await writeRecipe(runFolder, recipe);
    return undefined;
  }
  await checkRecipe(runFolder, recipe);
  const loaded = resume === 'latest' ? await loadLatest(options) : await loadNamed(options, resume);
  if (loaded !== undefined) await checkOrDispose(loaded, recipe);
  return loaded;
}

async function beginRun(runFolder: string, recipe: Recipe): Promise<void> {
  if ((await isRunFolder(runFolder)) || (await listCheckpoints(runFolder)).length > 0) {
    throw new ArgumentError(
      expected('a folder without a run', 'runFolder', runFolder, 'resume the run there, or use another folder'),
    );
  }
  await writeRecipe(runFolder, recipe);
}

async function checkRecipe(runFolder: string, recipe: Recipe): Promise<void> {
  const differences = recipeDifferences(await readRecipe(runFolder), recipe);
  if (differences.length === 0) return;
  const list = differences.map(({ field, expected: before, received }) =>
    expected(JSON.stringify(before) ?? 'nothing', field, received),
  );
  throw new DataError(recipePath(runFolder), `the run was started with another recipe: ${list.join('; ')}`);
}

async function loadLatest({ runFolder, network, warn }: OpenRunOptions): Promise<LoadedCheckpoint | undefined> {
  const refused: RefusedCheckpoint[] = [];
  const path = await latestCheckpoint(runFolder, (checkpoint) => refused.push(checkpoint));
  if (path === undefined && refused.length > 0) {
    throw new DataError(runFolder, `no checkpoint is whole: ${refused.map(({ reason }) => reason).join('; ')}`);
  }
  if (path === undefined) {
    await warn(`${runFolder}: holds no checkpoint yet; starting from the first step`);
    return undefined;
  }
  const loaded = await loadCheckpoint(path, network);
  for (const damaged of refused) {
    const kept = await setAside(damaged.path);
    await warn(
      `checkpoint refused: ${damaged.reason}; going on from step ${loaded.position.step}, the damaged one is kept as ${kept}`,
    );
  }
  return loaded;
}

async function loadNamed({ runFolder, network }: OpenRunOptions, path: string): Promise<LoadedCheckpoint> {
  if (stepOfPath(path) === undefined) {
    throw new ArgumentError(
      expected('"latest" or the path of a checkpoint, …/checkpoints/step-000390,', 'resume', path),
    );
  }
  try {
    return await loadCheckpoint(path, network);
  } catch (error) {
    if (!isResidualError(error)) throw error;
    const other = await latestCheckpoint(runFolder);
    const offer = other === undefined ? 'no other checkpoint of this run is whole' : `the newest good one is ${other}`;
    throw new DataError(path, `checkpoint refused: ${error.message}; ${offer}`, { cause: error });
  }
}

async function checkOrDispose(loaded: LoadedCheckpoint, recipe: Recipe): Promise<void> {
  const hash = recipeHash(recipe);
  const { position, state, velocities, training } = loaded;
  if (position.recipeHash === hash && position.seed === recipe.seed) return;
  for (const one of [state, ...(training === undefined ? [] : [training])]) disposeState(one);
  disposeNamed(velocities);
  const remedy = 'recipe.json was changed after the checkpoint was written';
  throw new DataError(join(loaded.path, 'position.json'), expected(hash, 'recipeHash', position.recipeHash, remedy));
}

/** Work that a killed process left half done. The caller holds the lock, so it is nobody's any more. */
async function removeUnfinished(runFolder: string): Promise<void> {
  for (const folder of [runFolder, join(runFolder, 'checkpoints')]) {
    const names = await readdir(folder).catch(() => []);
    // Drafts of locks may belong to a process that is asking for the lock right now.
    const left = names.filter((name) => name.startsWith(TEMPORARY_PREFIX) && !name.endsWith('.lock'));
    for (const name of left) await fileOperations.remove(join(folder, name));
  }
}
