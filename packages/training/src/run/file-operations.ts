import { mkdir, open, rename, rm } from 'node:fs/promises';

/**
 * The calls whose failure or interruption must never damage a run. Everything that is written goes through this one
 * object, so that tests can make any of them fail.
 */
export const fileOperations = {
  makeFolder: (path: string) => mkdir(path, { recursive: true }),

  /** Writes a file and waits until it is on the disk. */
  async writeDurably(path: string, content: Uint8Array | string): Promise<void> {
    const file = await open(path, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  },

  rename,

  /** Makes renames inside a folder durable. Windows cannot open a folder, and needs no such call. */
  async syncFolder(path: string): Promise<void> {
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },

  remove: (path: string) => rm(path, { recursive: true, force: true }),
};
