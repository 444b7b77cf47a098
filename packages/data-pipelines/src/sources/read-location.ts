import { open, type FileHandle } from 'node:fs/promises';
import { MOST_BYTES } from '../images/render-image.js';
import { UnreadableImage } from '../images/unreadable-image.js';
import type { ImageLocation } from './image-source.js';
import { createRowReader } from './read-parquet-row.js';

export interface LocationReader {
  /** The encoded bytes of an image. @throws UnreadableImage */
  read(location: ImageLocation): Promise<Uint8Array>;
}

/**
 * Reads images where they lie. Sizes are checked before memory is taken. Files are opened for each image: that takes
 * 50 µs, a hundredth of decoding one, and nothing stays open.
 *
 * Imports no tensor library, because image workers load it.
 */
export function createLocationReader(mostBytes = MOST_BYTES): LocationReader {
  const rows = createRowReader(mostBytes);
  return {
    async read(location) {
      if (location.kind === 'row') return await rows.read(location);
      const handle = await openFile(location.path);
      try {
        const range = location.kind === 'range' ? location : { offset: 0, bytes: await fileSize(handle) };
        if (range.bytes > mostBytes) throw new UnreadableImage(`at most ${mostBytes} bytes`, `${range.bytes}`);
        return await readRange(handle, range.offset, range.bytes);
      } finally {
        await handle.close();
      }
    },
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new UnreadableImage('a readable file', String(cause), { cause });
  }
}

async function fileSize(handle: FileHandle): Promise<number> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw new UnreadableImage('a file', 'something else of that name');
  return stats.size;
}

/** `bytes` bytes from `offset` on. @throws UnreadableImage where the file ends before */
export async function readRange(handle: FileHandle, offset: number, bytes: number): Promise<Uint8Array> {
  const content = new Uint8Array(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await handle.read(content, filled, bytes - filled, offset + filled);
    if (bytesRead === 0) throw new UnreadableImage(`${bytes} bytes`, `${filled}, then the end of the file`);
    filled += bytesRead;
  }
  return content;
}
