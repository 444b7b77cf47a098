import { createReadStream } from 'node:fs';

/** A file's bytes as they are read, 1 MiB at a time. */
export function readFileInChunks(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 2 ** 20, signal });
}
