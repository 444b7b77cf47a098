import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Checksum } from '../datasets/dataset-description.js';
import { downloadFile } from '../fetch/download-file.js';
import { extractTar } from '../fetch/extract-tar.js';
import { readFileInChunks } from '../fetch/read-file-in-chunks.js';
import type { Mirror } from './mirror.js';

export interface ArchiveMirrorOptions {
  /** `http:` or `https:` address of a `.tar` or `.tar.gz` that holds the data set's files in one folder. */
  readonly url: string;
  /** Exact size of the archive, where known. */
  readonly bytes?: number;
  readonly checksum?: Checksum;
  /** The folder inside the archive. Default: the data set's own folder name. */
  readonly folder?: string;
}

/**
 * A mirror that serves the data set as one tar archive. The download resumes where it was cut off.
 *
 * @example
 * const campus = archiveMirror({ url: 'https://mirror.example.edu/cifar-10-binary.tar.gz' });
 * await fetchDataset('cifar10', { directory: 'data', mirrors: [campus] });
 */
export function archiveMirror({ url, folder, ...archive }: ArchiveMirrorOptions): Mirror {
  return {
    name: url,
    async obtain(context) {
      const path = join(context.staging, basename(new URL(url).pathname));
      await downloadFile({ url, path, ...archive, ...context });
      context.report({ stage: 'unpacking', file: basename(path) });
      const inside = folder ?? context.description.folder;
      const members = context.description.files.map((file) => ({
        name: `${inside}/${file.name}`,
        bytes: { minimum: file.bytes, maximum: file.bytes },
        path: context.filePath(file.name),
      }));
      await extractTar(readFileInChunks(path, context.signal), { source: url, members, signal: context.signal });
      await rm(path);
    },
  };
}
