import { DataError, expected } from '@resnet-ts/tensor-ops';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnits } from './list-source.js';

/**
 * The files given, or one, or the files of a folder whose names end as asked, in the order of their names. Links to files are followed
 * only where they are the path itself.
 *
 * @throws DataError where there is none
 */
export async function listFiles(path: string | readonly string[], ending: string): Promise<readonly string[]> {
  if (typeof path !== 'string') return path;
  try {
    if ((await stat(path)).isFile()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map(({ name }) => name);
    if (names.length > 0) return names.sort(byCodeUnits).map((name) => join(path, name));
  } catch (cause) {
    throw new DataError(path, expected('a file or folder that can be read', 'the path', String(cause)), { cause });
  }
  throw new DataError(path, expected(`files *${ending}`, 'the folder', 'none'));
}
