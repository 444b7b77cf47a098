import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError, DataError, expected, nearestName } from '@resnet-ts/tensor-ops';
import { parseRecipeText } from '../recipe/parse-recipe.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { replaceFile } from './atomic-write.js';

/** The file that makes a folder a run folder. */
export function recipePath(runFolder: string): string {
  return join(runFolder, 'recipe.json');
}

/** The recipe a run folder was started with. Throws DataError where it is missing or damaged. */
export async function readRecipe(runFolder: string): Promise<Recipe> {
  const path = recipePath(runFolder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new DataError(path, 'expected the recipe of a run, found no readable file; pass a run folder', { cause });
  }
  return parseRecipeText(text, path);
}

/** Writes the resolved recipe, which never changes afterwards. */
export async function writeRecipe(runFolder: string, recipe: Recipe): Promise<void> {
  await replaceFile(recipePath(runFolder), `${JSON.stringify(recipe, null, 2)}\n`);
}

/** True for a folder that holds a run, begun or finished. */
export async function isRunFolder(path: string): Promise<boolean> {
  return (await modified(recipePath(path))) !== undefined;
}

/**
 * Makes a new, empty folder `<root>/<name>-001`, or the next free number.
 *
 * @example
 * const runFolder = await createRunFolder('runs', recipe.name); // runs/cifar10-quick-001
 */
export async function createRunFolder(root: string, name: string): Promise<string> {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '') || 'run';
  await mkdir(root, { recursive: true });
  for (let number = 1; ; number += 1) {
    const folder = join(root, `${safe}-${String(number).padStart(3, '0')}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/**
 * Finds a run folder from what a user typed: a path, a name inside `root`, or `latest` for the one started last.
 *
 * @throws ArgumentError with the nearest name when there is no such run
 */
export async function resolveRunFolder(
  run: string,
  { root = 'runs' }: { readonly root?: string } = {},
): Promise<string> {
  if (run !== 'latest' && (await isRunFolder(run))) return run;
  const runs = await runFolders(root);
  const latest = runs.at(-1);
  if (run === 'latest' && latest !== undefined) return join(root, latest);
  if (runs.includes(run)) return join(root, run);
  const nearest = nearestName(run, runs);
  const remedy = nearest === undefined ? `there are ${runs.length} runs in ${root}` : `did you mean "${nearest}"?`;
  throw new ArgumentError(expected('a run folder, its name, or "latest"', 'run', run, remedy));
}

/** Names of the runs inside a folder, in the order in which they were started. */
export async function runFolders(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: await modified(recipePath(join(root, name))) })),
  );
  return dated
    .flatMap(({ name, at }) => (at === undefined ? [] : [{ name, at }]))
    .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

async function modified(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
