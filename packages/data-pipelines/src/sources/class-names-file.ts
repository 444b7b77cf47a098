import { DataError, expected } from '@resnet-ts/tensor-ops';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Beside tar shards, whose labels are numbers: a JSON list with a name for each. */
export const CLASS_NAMES_FILE = 'classes.json';

/** A thousand classes have 30 KiB. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * The names of the classes of the shards in a folder, in the order of their labels.
 *
 * @returns undefined where there is no such file
 * @throws DataError for one that is no list of different names
 */
export async function readClassNames(folder: string): Promise<readonly string[] | undefined> {
  const path = join(folder, CLASS_NAMES_FILE);
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
  if (bytes === undefined) return undefined;
  if (bytes > MOST_BYTES) throw new DataError(path, expected(`at most ${MOST_BYTES} bytes`, 'the file', bytes));
  const names = parseJson(await readFile(path, 'utf8'));
  const fits = Array.isArray(names) && names.every((name): name is string => typeof name === 'string' && name !== '');
  if (fits && new Set(names).size === names.length) return names;
  throw new DataError(path, expected('a JSON list of different names', 'the file', names));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 40);
  }
}
