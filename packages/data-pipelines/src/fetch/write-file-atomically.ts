import { open, rename, rm } from 'node:fs/promises';
import { writeError } from './write-error.js';

/**
 * Writes a file so that its name never stands for half of it: under a temporary name, synced, renamed.
 *
 * @throws DataError when the disk is full or the folder cannot be written; nothing is left behind.
 */
export async function writeFileAtomically(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw writeError(path, cause);
  }
}
