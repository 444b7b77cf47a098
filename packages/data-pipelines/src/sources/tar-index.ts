import { DataError, expected } from '@resnet-ts/tensor-ops';
import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableImage } from '../images/unreadable-image.js';
import type { RefusedImage } from './image-source.js';
import { readRange } from './read-location.js';
import { TAR_BLOCK, parsePax, parseTarHeader, text } from './tar-header.js';

/** A file within a tar archive. */
export interface TarFile {
  readonly name: string;
  /** Of its first byte, from the start of the archive's file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface TarIndex {
  readonly files: readonly TarFile[];
  /** Links, names that lead outside, and what else is no plain file; never folders. */
  readonly passedOver: readonly RefusedImage[];
}

/** Of a long name or pax records: paths have 4096 bytes at most. */
const MOST_EXTENSION_BYTES = 2 ** 20;

/** An open archive, or the part of one that is an archive itself. */
interface Archive {
  readonly handle: FileHandle;
  readonly start: number;
  readonly end: number;
}

/**
 * Lists the files of a tar archive by reading its headers only: nothing is unpacked, and what lies between is skipped,
 * so that ILSVRC's 138 GB take as many small reads as it has images.
 *
 * @param part of the file that is an archive: ILSVRC's training archive is one of archives. Default: all of it
 * @throws DataError where the archive is damaged or cut short
 */
export async function indexTar(path: string, part?: Pick<TarFile, 'offset' | 'bytes'>): Promise<TarIndex> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new DataError(path, expected('a readable file', 'the archive', String(cause)), { cause });
  });
  try {
    const [start, end] = part === undefined ? [0, (await handle.stat()).size] : [part.offset, part.offset + part.bytes];
    return await readIndex({ handle, start, end });
  } catch (cause) {
    if (!(cause instanceof UnreadableImage)) throw cause;
    throw new DataError(path, expected(cause.wanted, 'the archive', cause.received), { cause });
  } finally {
    await handle.close();
  }
}

async function readIndex({ handle, start, end }: Archive): Promise<TarIndex> {
  const files: TarFile[] = [];
  const passedOver: RefusedImage[] = [];
  let extension: { name?: string; size?: number } = {};
  let at = start;
  for (;;) {
    if (at + TAR_BLOCK > end) {
      throw new UnreadableImage('an end marker', `the end after ${files.length} files; the archive is cut short`);
    }
    const header = parseTarHeader(await readRange(handle, at, TAR_BLOCK));
    if (header === undefined) return { files, passedOver };
    const offset = at + TAR_BLOCK;
    const { name = header.name, size: bytes = header.size } = extension;
    if (offset + bytes > end) throw new UnreadableImage(`${bytes} bytes of ${name}`, 'an archive that is cut short');
    at = offset + Math.ceil(bytes / TAR_BLOCK) * TAR_BLOCK;
    if (header.type === 'L' || header.type === 'x') {
      if (bytes > MOST_EXTENSION_BYTES) throw new UnreadableImage('a name in a tar archive', `${bytes} bytes`);
      const content = await readRange(handle, offset, bytes);
      extension = { ...extension, ...(header.type === 'L' ? { name: text(content) } : parsePax(content)) };
      continue;
    }
    extension = {};
    if (header.type === '5' || header.type === 'g') continue;
    const reason = refusal(header.type, name);
    if (reason === undefined) files.push({ name: name.replace(/^(\.\/)+/, ''), offset, bytes });
    else passedOver.push({ id: name, reason });
  }
}

function refusal(type: string, name: string): string | undefined {
  if (type === '1' || type === '2') return 'a link, which may lead outside';
  if (type !== '0' && type !== '7') return 'not a plain file';
  if (name.startsWith('/') || name.split(/[/\\]/).includes('..')) return 'a name that leads outside the archive';
  return undefined;
}
