import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runOrExit } from './run-command.mjs';

const stampPath = join(root, 'node_modules', '.resnet-install');

/** Identifies what an installation was made from: the lockfile, the workspace settings, and where it runs. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return hash.update(`${process.platform} ${process.arch} ${process.versions.modules}`).digest('hex');
}

/**
 * Installs the dependencies with the pinned pnpm, if the lockfile has changed since the last time. npm itself cannot:
 * it does not know the workspace protocol. pnpm comes through npx, which needs nothing installed beforehand.
 */
export function install() {
  const wanted = fingerprint();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.error(`Installing dependencies with ${packageManager} ...`);
  runOrExit('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline'], {
    // Without CI set, pnpm may ask before it replaces a folder of modules, and nobody may be there to answer.
    env: { CI: 'true' },
    remedy: 'The dependencies could not be installed: check that the npm registry can be reached, then run this again.',
  });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampPath, wanted);
}
