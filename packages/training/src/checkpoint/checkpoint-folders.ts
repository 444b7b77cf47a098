import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileOperations } from '../run/file-operations.js';

/** A checkpoint by its name alone: not yet known to be whole. */
export interface CheckpointEntry {
  /** Steps done. */
  readonly step: number;
  readonly path: string;
}

const NAME = /^step-(\d{6,})$/;

/** `<run folder>/checkpoints/step-000390`: names sort as their steps up to a million. */
export function checkpointPath(runFolder: string, step: number): string {
  return join(runFolder, 'checkpoints', `step-${String(step).padStart(6, '0')}`);
}

/** The step in a checkpoint's folder name, or undefined. */
export function stepOfPath(path: string): number | undefined {
  const digits = NAME.exec(basename(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** All checkpoints of a run, oldest first. */
export async function listCheckpoints(runFolder: string): Promise<CheckpointEntry[]> {
  const folder = join(runFolder, 'checkpoints');
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const step = stepOfPath(name);
      return step === undefined ? [] : [{ step, path: join(folder, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

/** Removes all but the newest `keep` checkpoints up to and including `step`; later ones are not this run's to judge. */
export async function pruneCheckpoints(
  runFolder: string,
  { keep, step }: { readonly keep: number; readonly step: number },
): Promise<void> {
  const past = (await listCheckpoints(runFolder)).filter((entry) => entry.step <= step);
  for (const { path } of past.slice(0, Math.max(0, past.length - keep))) await fileOperations.remove(path);
}

/** Moves a checkpoint that must not be read, nor lost, out of the way: `step-000390.damaged`, `….damaged-2`. */
export async function setAside(path: string): Promise<string> {
  const names = new Set(await readdir(join(path, '..')));
  for (let number = 1; ; number += 1) {
    const target = `${path}.damaged${number === 1 ? '' : `-${number}`}`;
    if (names.has(basename(target))) continue;
    await fileOperations.rename(path, target);
    return target;
  }
}
