import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

export interface TarEntry {
  readonly path: string;
  readonly content?: Uint8Array;
  readonly type?: 'File' | 'SymbolicLink' | 'Directory';
  readonly linkpath?: string;
}

/** A gzipped tar archive made in memory, entry by entry, so that it can also hold what no tool would write. */
export function tarArchive(entries: readonly TarEntry[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const { path, content = new Uint8Array(), type = 'File', linkpath } of entries) {
    const header = Buffer.alloc(512);
    const link = linkpath === undefined ? {} : { linkpath };
    new Header({ path, type, size: content.length, mode: 0o644, mtime: new Date(0), ...link }).encode(header, 0);
    blocks.push(header, content, new Uint8Array((512 - (content.length % 512)) % 512));
  }
  blocks.push(new Uint8Array(1024));
  return gzipSync(Buffer.concat(blocks));
}
