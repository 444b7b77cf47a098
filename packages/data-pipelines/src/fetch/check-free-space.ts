import { DataError, expected } from '@resnet-ts/tensor-ops';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Refuses early what would fill the disk.
 *
 * @throws DataError naming the bytes that are needed and those that are free.
 */
export async function checkFreeSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (bytes <= free) return;
  const remedy = 'free some space or choose another data directory';
  throw new DataError(path, expected(`${bytes} bytes of free space`, 'the disk', `${free} bytes`, remedy), {
    cause: Object.assign(new Error('no space left'), { code: 'ENOSPC' }),
  });
}
