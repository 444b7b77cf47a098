import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Leaves the lock that a killed process leaves: of an id that is no longer in use. */
export function leaveAbandonedLock(runFolder: string): void {
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(runFolder, 'train.lock'), JSON.stringify({ pid, host: hostname(), started: null }));
}
