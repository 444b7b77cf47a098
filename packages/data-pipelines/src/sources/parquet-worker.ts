// The entry of the thread that reads parquet files, one request at a time.
import { parentPort } from 'node:worker_threads';
import { type ParquetRequest, readParquet } from './read-parquet.js';

/** What came of a request. */
export type ParquetAnswer = { readonly content: unknown } | { readonly error: string };

parentPort?.on('message', (request: ParquetRequest) => {
  const answer = (value: ParquetAnswer): void => parentPort?.postMessage(value);
  readParquet(request).then(
    (content) => answer({ content }),
    (error: unknown) => answer({ error: String(error) }),
  );
});
