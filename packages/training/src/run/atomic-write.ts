import { basename, dirname, join } from 'node:path';
import { fileOperations } from './file-operations.js';
import { writeFailure } from './write-failure.js';

/** Names beginning so are unfinished work of a process that may be gone; readers skip them. */
export const TEMPORARY_PREFIX = '.unfinished-';

function temporaryName(path: string): string {
  return join(dirname(path), `${TEMPORARY_PREFIX}${process.pid}-${basename(path)}`);
}

/** Tidies up after a failure, which is what must be reported even if this fails as well. */
async function removeQuietly(temporary: string): Promise<void> {
  await fileOperations.remove(temporary).catch(() => undefined);
}

/** Replaces a file as a whole: a reader, or a crash at any moment, sees the old content or the new, never a part. Throws DataError. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await fileOperations.writeDurably(temporary, content);
    await fileOperations.rename(temporary, path);
  } catch (error) {
    await removeQuietly(temporary);
    throw writeFailure(path, error);
  }
  await fileOperations.syncFolder(dirname(path));
}

/** Creates a folder with its files as a whole: it appears complete under its name or not at all. */
export async function createFolder(path: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await fileOperations.remove(temporary);
    await fileOperations.makeFolder(temporary);
    for (const [name, content] of Object.entries(files)) {
      await fileOperations.writeDurably(join(temporary, name), content);
    }
    await fileOperations.syncFolder(temporary);
    await fileOperations.rename(temporary, path);
  } catch (error) {
    await removeQuietly(temporary);
    throw error;
  }
  await fileOperations.syncFolder(dirname(path));
}
