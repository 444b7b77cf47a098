import { gunzipSync } from 'node:zlib';
import { type TarEntry, tarArchive } from './tar-archive.js';

/** A tar archive in memory, not compressed. */
export function plainTar(entries: readonly TarEntry[]): Buffer {
  return gunzipSync(tarArchive(entries));
}
