import { DataError, expected } from '@resnet-ts/tensor-ops';
import { readFile, rm, writeFile } from 'node:fs/promises';

/**
 * Takes a lock file, so that two processes do not write into one download. A lock whose process has ended counts for nothing.
 *
 * @returns what releases it.
 * @throws DataError when a living process holds it.
 */
export async function acquireLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
    if (isAlive(holder)) {
      const remedy = `wait for it, or delete ${path} if it is something else`;
      throw new DataError(
        path,
        expected('one fetch at a time', 'the data set', `another by process ${holder}`, remedy),
      );
    }
    await rm(path, { force: true });
  }
}

function isAlive(processId: number): boolean {
  if (!Number.isSafeInteger(processId) || processId < 1) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
