import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checksum, DatasetFile } from '../datasets/dataset-description.js';
import { downloadFile } from '../fetch/download-file.js';
import { writeFileAtomically } from '../fetch/write-file-atomically.js';
import { inflate } from '../readers/inflate.js';
import type { Mirror, MirrorContext } from './mirror.js';

export interface GzipFilesMirrorOptions {
  /** Address of the folder, with `/` at its end; each file is at `<baseUrl><name>.gz`. */
  readonly baseUrl: string;
  /** Size and sum of each gzip file, where known. */
  readonly files?: readonly { readonly name: string; readonly bytes: number; readonly checksum: Checksum }[];
}

/**
 * A mirror that serves each file of the data set gzipped, under its own address. Downloads resume where they were cut off.
 *
 * @example
 * const mirror = gzipFilesMirror({ baseUrl: 'https://mirror.example.edu/fashion-mnist/' });
 */
export function gzipFilesMirror({ baseUrl, files = [] }: GzipFilesMirrorOptions): Mirror {
  return {
    name: baseUrl,
    async obtain(context) {
      for (const file of context.description.files) {
        const known = files.find((candidate) => candidate.name === file.name);
        const limits = known === undefined ? {} : { bytes: known.bytes, checksum: known.checksum };
        const path = join(context.staging, `${file.name}.gz`);
        await downloadFile({ url: `${baseUrl}${file.name}.gz`, path, ...limits, ...context });
        await inflateTo(path, file, context);
        await rm(path);
      }
    },
  };
}

/** Writes the content of a gzip file of a data set to its place in the staging folder. */
export async function inflateTo(path: string, file: DatasetFile, context: MirrorContext): Promise<void> {
  context.report({ stage: 'unpacking', file: file.name });
  const content = inflate(await readFile(path), { source: path, maximumBytes: file.bytes });
  await writeFileAtomically(context.filePath(file.name), content);
}
