import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** What is remembered of a download that was begun, to tell whether the rest of it still fits. */
export interface PartialRecord {
  readonly url: string;
  /** A strong ETag or a date, to be sent as `If-Range`; absent where the server gives neither. */
  readonly validator?: string;
}

/** A download under way: the bytes in `<path>.part`, what they are of in `<path>.part.json`. */
export interface PartialDownload {
  readonly path: string;
  /** Bytes received so far; 0 when there are none. */
  size(): Promise<number>;
  /** The record, or undefined when it is missing or unreadable (then the bytes are worth nothing). */
  record(): Promise<PartialRecord | undefined>;
  begin(record: PartialRecord): Promise<void>;
  discard(): Promise<void>;
}

export function partialDownload(target: string): PartialDownload {
  const path = `${target}.part`;
  const recordPath = `${path}.json`;
  const discard = async (): Promise<void> => {
    await rm(path, { force: true });
    await rm(recordPath, { force: true });
  };
  return {
    path,
    size: async () => (await stat(path).catch(() => undefined))?.size ?? 0,
    record: async () => parseRecord(await readFile(recordPath, 'utf8').catch(() => '')),
    async begin(record) {
      await discard();
      await writeFile(recordPath, JSON.stringify(record));
    },
    discard,
  };
}

function parseRecord(text: string): PartialRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('url' in value) || typeof value.url !== 'string')
      return undefined;
    const validator = 'validator' in value && typeof value.validator === 'string' ? { validator: value.validator } : {};
    return { url: value.url, ...validator };
  } catch {
    return undefined;
  }
}
