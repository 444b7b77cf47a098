import { type FileMetaData, asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';

import { boundedCompressors } from './bounded-compressors.js';

/** What is wanted of a parquet file. */
export type ParquetRequest =
  | { readonly read: 'metadata'; readonly path: string }
  | {
      readonly read: 'column';
      readonly path: string;
      readonly metadata: FileMetaData;
      readonly column: string;
      /** Default: all rows. */
      readonly rows?: { readonly first: number; readonly end: number };
    };

/** Reads it on this thread, which a damaged file can keep busy for ever: see parquet-thread.ts. */
export async function readParquet(request: ParquetRequest): Promise<FileMetaData | readonly unknown[]> {
  const file = await asyncBufferFromFile(request.path);
  if (request.read === 'metadata') return await parquetMetadataAsync(file);
  const { metadata, column, rows } = request;
  return await new Promise((resolve, reject) => {
    const onComplete = (read: readonly (readonly unknown[])[]): void => resolve(read.map(([cell]) => cell));
    // Bytes are wanted as bytes: `utf8` would decode them as text.
    parquetRead({
      ...{ file, metadata, columns: [column], compressors: boundedCompressors, utf8: false },
      ...{ rowFormat: 'array', onComplete },
      ...(rows === undefined ? {} : { rowStart: rows.first, rowEnd: rows.end }),
    }).catch(reject);
  });
}
