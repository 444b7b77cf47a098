import { DataError, expected } from '@resnet-ts/tensor-ops';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extractTar } from '../fetch/extract-tar.js';
import { outputInChunks, runCommand } from '../fetch/run-command.js';
import { inflateTo } from './gzip-files-mirror.js';
import type { Mirror, MirrorContext } from './mirror.js';

export interface DebianPackageMirrorOptions {
  /** Name of the package. */
  readonly package: string;
  /** Folder of the gzip files inside the package, without `/` at either end. */
  readonly folder: string;
}

/**
 * A data set that Debian and its kin package: taken from where the package is installed, or else downloaded by
 * `apt-get download` (which needs no root and installs nothing) and unpacked by `dpkg-deb`.
 */
export function debianPackageMirror(options: DebianPackageMirrorOptions): Mirror {
  return {
    name: `Debian package ${options.package}`,
    async obtain(context) {
      const installed = join('/', options.folder);
      const folder = (await isFolder(installed)) ? installed : await unpackPackage(options, context);
      for (const file of context.description.files) await inflateTo(join(folder, `${file.name}.gz`), file, context);
    },
  };
}

async function unpackPackage(options: DebianPackageMirrorOptions, context: MirrorContext): Promise<string> {
  const { signal } = context;
  const folder = join(context.staging, options.package);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  context.report({ stage: 'downloading', file: options.package });
  await runCommand('apt-get', ['download', options.package], {
    cwd: folder,
    signal,
    timeout: 20 * context.stallTimeout,
  });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) {
    throw new DataError(options.package, expected('a .deb file', 'the download', 'none', 'run apt-get update first'));
  }
  context.report({ stage: 'unpacking', file: archive });
  const content = outputInChunks('dpkg-deb', ['--fsys-tarfile', archive], { cwd: folder, signal });
  const members = context.description.files.map((file) => ({
    name: `./${options.folder}/${file.name}.gz`,
    path: join(folder, `${file.name}.gz`),
    bytes: { minimum: 1, maximum: file.bytes },
  }));
  await extractTar(content, { source: options.package, members, signal });
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
