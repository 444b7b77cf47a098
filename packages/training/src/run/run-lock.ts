import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ResidualError } from '@resnet-ts/tensor-ops';
import { z } from 'zod';

const lockSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Tells a process from a later one with the same id; null where the system does not say. */
  started: z.string().nullable(),
});
type Lock = z.infer<typeof lockSchema>;

/** Another process is training in the run folder: wait for it, or use another folder. */
export class RunLockedError extends ResidualError {
  readonly runFolder: string;
  readonly pid: number;

  constructor(runFolder: string, lock: Lock) {
    const where = lock.host === hostname() ? `process ${lock.pid}` : `process ${lock.pid} on ${lock.host}`;
    super(
      'ERR_RUN_LOCKED',
      `${runFolder}: ${where} is training in this run folder; wait for it, use another folder, ` +
        `or remove ${join(runFolder, 'train.lock')} if that process is gone`,
    );
    this.runFolder = runFolder;
    this.pid = lock.pid;
  }
}

/**
 * Claims a run folder for this process until the returned function is called. The lock of a process that died, by
 * `kill -9` for example, is taken over.
 *
 * @throws RunLockedError while another process, or another run of this one, holds the folder
 */
export function lockRunFolder(runFolder: string): () => void {
  const path = join(runFolder, 'train.lock');
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) } satisfies Lock);
  // Written elsewhere and linked into place: whoever sees the lock sees it whole.
  const draft = join(runFolder, `.unfinished-${randomUUID()}.lock`);
  writeFileSync(draft, mine);
  try {
    while (!tryLink(draft, path)) removeStaleLock(runFolder, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(path, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function removeStaleLock(runFolder: string, path: string): void {
  const text = readText(path);
  if (text === undefined) return;
  const lock = parseLock(text);
  if (lock !== undefined && isAlive(lock)) throw new RunLockedError(runFolder, lock);
  // Moved aside before it is removed: if someone else replaced it in between, theirs is put back.
  const aside = join(runFolder, `.unfinished-${randomUUID()}.lock`);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readText(aside) !== text) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(lock: Lock): boolean {
  if (lock.host !== hostname()) return true; // cannot be known from here
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false;
  }
  const started = startOf(lock.pid);
  return started === null || lock.started === null || started === lock.started;
}

/** When a process started, in the kernel's ticks since boot (Linux), or null. */
function startOf(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  // Field 22, counted after the command name, which is in parentheses and may hold anything.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function parseLock(text: string): Lock | undefined {
  try {
    return lockSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // cut short by a power failure: nobody holds it
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
