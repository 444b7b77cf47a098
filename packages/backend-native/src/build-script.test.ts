import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compilerProblem, localHeaders, missingTools } from '../scripts/toolchain.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
let folder = '';

// A copy with sources but no addon, where nothing can be built by accident.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resnet-build-'));
  cpSync(join(packageFolder, 'scripts'), join(folder, 'scripts'), { recursive: true });
  cpSync(join(packageFolder, 'binding.gyp'), join(folder, 'binding.gyp'));
  mkdirSync(join(folder, 'native'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the build script where no tool can be found. */
function buildWithoutTools(...options: string[]): { status: number | null; stderr: string; stdout: string } {
  const env = { PATH: join(folder, 'empty') };
  return spawnSync(process.execPath, [join(folder, 'scripts/build.mjs'), ...options], { encoding: 'utf8', env });
}

it.skipIf(process.platform === 'win32')('prints one line with the remedy where there is no compiler, and fails', () => {
  const { status, stderr, stdout } = buildWithoutTools();
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(
    /^native backend not built: Python 3 and a C\+\+ compiler and make not found; .*\(training works without it, slower\)\n$/,
  );
  expect(existsSync(join(folder, 'build'))).toBe(false);
});

it('does not fail when the backend is optional', () => {
  expect(buildWithoutTools('--optional').status).toBe(0);
});

it('keeps an addon that was built elsewhere from the same sources, without a compiler', async () => {
  const { sourceHash } = await import('../scripts/source-hash.mjs');
  mkdirSync(join(folder, 'build'));
  writeFileSync(join(folder, 'build/resnet-native.node'), '');
  writeFileSync(
    join(folder, 'build/resnet-native.json'),
    JSON.stringify({ sources: sourceHash(folder), compiler: 'g++ 99' }),
  );
  expect(buildWithoutTools()).toMatchObject({ status: 0, stdout: 'native backend is up to date\n' });
  writeFileSync(join(folder, 'native/new.cc'), '// changed');
  expect(buildWithoutTools().status).toBe(1);
});

it('finds what is missing and what is too old', () => {
  const tool = { command: 'g++', version: 'g++ (Debian 12.2.0-14) 12.2.0' };
  expect(missingTools({ compiler: tool, make: tool, python: tool })).toEqual([]);
  expect(compilerProblem(tool)).toBeUndefined();
  expect(compilerProblem({ ...tool, version: 'g++ (GCC) 8.5.0' })).toBe('g++ (GCC) 8.5.0 is too old for C++20');
});

it('uses local headers only where they are of this Node', () => {
  expect(localHeaders('/nowhere/bin/node')).toBeUndefined();
  mkdirSync(join(folder, 'include/node'), { recursive: true });
  const header = join(folder, 'include/node/node_version.h');
  writeFileSync(header, `#define NODE_MAJOR_VERSION ${process.versions.node.split('.')[0] ?? ''}\n`);
  expect(localHeaders(join(folder, 'bin/node'))).toBe(folder);
  writeFileSync(header, '#define NODE_MAJOR_VERSION 4\n');
  expect(localHeaders(join(folder, 'bin/node'))).toBeUndefined();
});
