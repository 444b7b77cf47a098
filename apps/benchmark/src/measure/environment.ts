import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../report/result-schema.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The machine and the sources that a figure was taken with. */
export function readEnvironment(): Environment {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    commit: commit(),
  };
}

/** The commit that is checked out, with `+` where files differ from it. */
function commit(): string | null {
  const git = (...command: string[]) => spawnSync('git', command, { cwd: HERE, encoding: 'utf8' });
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head.status !== 0) return null;
  return `${head.stdout.trim()}${git('status', '--porcelain', '--untracked-files=no').stdout === '' ? '' : '+'}`;
}
