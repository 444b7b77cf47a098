import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The SHA-256 of every file in a folder, by name: equal exactly when the bytes are. */
export function folderBytes(folder: string): Record<string, string> {
  const hash = (name: string) => createHash('sha256').update(readFileSync(join(folder, name))).digest('hex');
  return Object.fromEntries(readdirSync(folder).sort().map((name) => [name, hash(name)]));
}
