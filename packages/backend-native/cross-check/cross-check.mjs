#!/usr/bin/env node
// Compiles the C++ sources with compilers that the build does not use, warnings as errors, and runs the kernels against
// the scalar reference where the result can be run:
//
//   arm64: g++ of Debian's g++-aarch64-linux-gnu, NEON kernels; run under qemu-aarch64 (Debian's qemu-user)
//   clang: clang++, the kernels of every x64 instruction set, and the addon's own sources
//
// A tool that is missing is said in one line and is no failure.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listSources } from '../scripts/list-sources.mjs';
import { localHeaders } from '../scripts/toolchain.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'resnet-cross-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

// As binding.gyp, but for the warnings.
const flags = '-std=c++20 -O2 -fPIC -fno-math-errno -fno-trapping-math -Wall -Wextra -Werror'.split(' ');
const tolerated = ['-Wno-unused-function', '-Wno-unused-parameter', '-Wno-psabi', '-Wno-cast-function-type'];

const has = (command) => spawnSync(command, ['--version']).status === 0;
const core = listSources('addon').filter((source) => source.startsWith('native/core/'));
const bindings = listSources('addon').filter((source) => source.startsWith('native/addon/'));
const program = 'cross-check/kernel-conformance.cc';

/** Every object to make: a compiler run of one source with the flags of its group. */
function compilations(compiler, groups) {
  return groups.flatMap(({ name, sources, extra = [] }) =>
    sources.map((source) => {
      const object = join(work, `${basename(compiler)}-${name}-${source.replaceAll('/', '-')}.o`);
      return {
        object,
        linked: name !== 'addon',
        command: compiler,
        args: [...flags, ...tolerated, ...extra, '-Inative', '-c', source, '-o', object],
      };
    }),
  );
}

/** Runs a command; resolves to whether it succeeded. What it prints is shown. */
function succeeds(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: packageFolder, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Compiles on every core and links the conformance program; resolves to its path, or undefined after an error. */
async function buildProgram(compiler, groups) {
  const waiting = compilations(compiler, groups);
  const objects = waiting.filter(({ linked }) => linked).map(({ object }) => object);
  let failed = false;
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined && !failed; next = waiting.shift()) {
      if (!(await succeeds(next.command, next.args))) failed = true;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const executable = join(work, `${basename(compiler)}-conformance`);
  if (failed || !(await succeeds(compiler, ['-static', ...objects, '-o', executable, '-lpthread']))) return undefined;
  console.log(`${compiler}: compiled without warnings`);
  return executable;
}

async function checkArm64() {
  const compiler = 'aarch64-linux-gnu-g++';
  if (!has(compiler)) {
    console.log(`arm64 not checked: ${compiler} not found; apt-get install g++-aarch64-linux-gnu`);
    return true;
  }
  const executable = await buildProgram(compiler, [
    { name: 'neon', sources: listSources('kernels'), extra: ['-DRESNET_ISA_NEON'] },
    { name: 'plain', sources: [...listSources('reference'), ...core, program] },
  ]);
  if (executable === undefined) return false;
  if (!has('qemu-aarch64')) {
    console.log('arm64 compiled, not run: qemu-aarch64 not found; apt-get install qemu-user');
    return true;
  }
  return succeeds('qemu-aarch64', [executable]);
}

async function checkClang() {
  if (process.arch !== 'x64') return true;
  if (!has('clang++')) {
    console.log('clang not checked: clang++ not found; apt-get install clang');
    return true;
  }
  const kernels = listSources('kernels');
  const avx512 = '-mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma -mprefer-vector-width=512'.split(' ');
  const headers = localHeaders();
  const nodeApi = dirname(createRequire(import.meta.url).resolve('node-addon-api'));
  const include = headers === undefined ? undefined : [`-I${headers}/include/node`, `-I${nodeApi}`];
  if (include === undefined) console.log("addon not checked with clang: Node's headers are not installed beside it");
  const executable = await buildProgram('clang++', [
    { name: 'baseline', sources: kernels, extra: ['-DRESNET_ISA_BASELINE'] },
    { name: 'avx2', sources: kernels, extra: ['-DRESNET_ISA_AVX2', '-mavx2', '-mfma'] },
    { name: 'avx512', sources: kernels, extra: ['-DRESNET_ISA_AVX512', ...avx512] },
    { name: 'plain', sources: [...listSources('reference'), ...core, program], extra: ['-DRESNET_HAS_X64_VARIANTS'] },
    ...(include === undefined ? [] : [{ name: 'addon', sources: bindings, extra: [...include, '-DNAPI_VERSION=8'] }]),
  ]);
  return executable !== undefined && succeeds(executable, []);
}

const results = [await checkArm64(), await checkClang()];
process.exit(results.every(Boolean) ? 0 : 1);
