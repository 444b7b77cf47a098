import { writeFileSync } from 'node:fs';
import { vi } from 'vitest';
import { fileOperations } from '../run/file-operations.js';

/** Thrown where `kill -9` would have ended the process. */
export class Killed extends Error {}

/**
 * Ends the "process" at the n-th file operation (from 0): that one is left half done, and every later one fails too,
 * so that nothing can be tidied up afterwards.
 */
export function killAtFileOperation(n: number): { readonly restore: () => void; readonly happened: () => boolean } {
  let calls = 0;
  const dead = () => calls > n;
  const { writeDurably, rename, syncFolder, makeFolder, remove } = { ...fileOperations };
  const spies = [
    vi.spyOn(fileOperations, 'writeDurably'),
    vi.spyOn(fileOperations, 'rename'),
    vi.spyOn(fileOperations, 'syncFolder'),
    vi.spyOn(fileOperations, 'makeFolder'),
    vi.spyOn(fileOperations, 'remove'),
  ] as const;
  const alive = () => {
    calls += 1;
    if (dead()) throw new Killed();
  };
  spies[0].mockImplementation(async (path, content) => {
    calls += 1;
    if (calls === n + 1) writeFileSync(path, content.slice(0, Math.floor(content.length / 2)));
    if (dead()) throw new Killed();
    await writeDurably(path, content);
  });
  spies[1].mockImplementation(async (from, to) => (alive(), rename(from, to)));
  spies[2].mockImplementation(async (path) => (alive(), syncFolder(path)));
  spies[3].mockImplementation(async (path) => (alive(), makeFolder(path)));
  spies[4].mockImplementation(async (path) => (alive(), remove(path)));
  return { restore: () => spies.forEach((spy) => spy.mockRestore()), happened: dead };
}
