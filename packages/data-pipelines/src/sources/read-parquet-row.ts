import type { FileMetaData } from 'hyparquet';
import { UnreadableImage } from '../images/unreadable-image.js';
import { parquetThread } from './parquet-thread.js';

/** Of one column in one row group, uncompressed: Hugging Face writes about 100 images a group, 10–50 MB. */
const MOST_GROUP_BYTES = 2 ** 30;

/** Row groups that stay decoded. Two, because two files' ends meet in one batch when images are read in order. */
const KEPT_GROUPS = 2;

interface RowLocation {
  readonly path: string;
  readonly column: string;
  readonly row: number;
}

/** Encoded images of one row group. */
interface Group {
  readonly path: string;
  readonly first: number;
  readonly images: Promise<readonly unknown[]>;
}

/**
 * Reads cells of parquet files. A cell cannot be read alone: its whole row group is decoded, and kept for the next
 * ones. Images in order cost little, images in random order a row group each.
 */
export function createRowReader(mostBytes: number): { read(location: RowLocation): Promise<Uint8Array> } {
  const files = new Map<string, Promise<FileMetaData>>();
  const groups: Group[] = [];

  const metadata = (path: string): Promise<FileMetaData> => {
    const known = files.get(path) ?? parquetThread.metadata(path);
    files.set(path, known);
    return known;
  };
  const groupOf = (location: RowLocation, { first, rows }: { first: number; rows: number }): Group => {
    const found = groups.find((group) => group.path === location.path && group.first === first);
    if (found !== undefined) return found;
    const images = metadata(location.path).then((file) =>
      parquetThread.column({ ...location, metadata: file, rows: { first, end: first + rows } }),
    );
    images.catch(() => undefined);
    const group = { path: location.path, first, images };
    groups.push(group);
    if (groups.length > KEPT_GROUPS) groups.shift();
    return group;
  };
  return {
    async read(location) {
      try {
        const group = groupOf(location, groupAround(await metadata(location.path), location));
        const cell = (await group.images)[location.row - group.first];
        return encodedImage(cell, mostBytes);
      } catch (cause) {
        if (cause instanceof UnreadableImage) throw cause;
        throw new UnreadableImage('a readable row of a parquet file', String(cause), { cause });
      }
    },
  };
}

/** The row group that holds a row. @throws UnreadableImage for a group too large to decode */
function groupAround(file: FileMetaData, { column, row }: RowLocation): { first: number; rows: number } {
  let first = 0;
  for (const group of file.row_groups) {
    const rows = Number(group.num_rows);
    if (row < first + rows) {
      for (const { meta_data: chunk } of group.columns) {
        if (chunk?.path_in_schema[0] !== column || Number(chunk.total_uncompressed_size) <= MOST_GROUP_BYTES) continue;
        const wanted = `at most ${MOST_GROUP_BYTES} bytes in a row group`;
        throw new UnreadableImage(wanted, `${chunk.total_uncompressed_size}`);
      }
      return { first, rows };
    }
    first += rows;
  }
  throw new UnreadableImage(`fewer than ${first} rows`, `row ${row}`);
}

/** The bytes of a cell: itself, or the field `bytes` of Hugging Face's images. */
function encodedImage(cell: unknown, mostBytes: number): Uint8Array {
  const bytes = typeof cell === 'object' && cell !== null && 'bytes' in cell ? cell.bytes : cell;
  if (!(bytes instanceof Uint8Array)) throw new UnreadableImage('the bytes of an image', 'a cell without');
  if (bytes.length > mostBytes) throw new UnreadableImage(`at most ${mostBytes} bytes`, `${bytes.length}`);
  return bytes;
}
