#!/usr/bin/env node
// Builds wasm/images.wasm, which is committed, and wasm/build.json, which says of what.
//
//   node scripts/build.mjs [--check]
//
// --check  builds nothing: fails unless the committed module belongs to the sources, and, where the compiler it was
//          built with is installed, unless building again gives the same bytes
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findToolchain } from '../../../tools/webassembly/toolchain.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(packageFolder, 'native');
const moduleFile = join(packageFolder, 'wasm', 'images.wasm');
const stampFile = join(packageFolder, 'wasm', 'build.json');

/** No path enters the module; of libc it takes what compares and copies memory. */
const FLAGS = [
  ...['--target=wasm32-wasi', '-std=c++20', '-O3', '-msimd128', '-mbulk-memory', '-fno-exceptions', '-fno-rtti'],
  ...['-fvisibility=hidden', '-Wall', '-Wextra', '-Werror', '-nostdlib'],
  ...['-Wl,--no-entry', '-Wl,--strip-all', '-L/usr/lib/wasm32-wasi'],
];

const files = readdirSync(native)
  .filter((file) => /\.(cc|h)$/.test(file))
  .sort();

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

function fail(message) {
  console.error(`WebAssembly module: ${message}`);
  process.exit(1);
}

/** Of everything the module depends on but the compiler. */
function sourceHash() {
  const hash = createHash('sha256').update(FLAGS.join(' '));
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(native, file)));
  return hash.digest('hex');
}

function compile({ compiler }) {
  const folder = mkdtempSync(join(tmpdir(), 'resnet-images-'));
  try {
    const output = join(folder, 'images.wasm');
    const sources = files.filter((file) => file.endsWith('.cc'));
    execFileSync(compiler, [...FLAGS, ...sources, '-lc', '-o', output], { cwd: native, stdio: 'inherit' });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function replace(file, content) {
  writeFileSync(`${file}.tmp`, content);
  renameSync(`${file}.tmp`, file);
}

function build() {
  const toolchain = findToolchain();
  if (toolchain.missing !== undefined) fail(`not built: ${toolchain.missing}`);
  const bytes = compile(toolchain);
  replace(moduleFile, bytes);
  const stamp = { sources: sourceHash(), toolchain: toolchain.version, module: digest(bytes) };
  replace(stampFile, `${JSON.stringify(stamp, undefined, 2)}\n`);
  console.log(`images.wasm: ${bytes.length} bytes`);
}

function check() {
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  const remedy = 'run node packages/data-pipelines/scripts/build.mjs and commit packages/data-pipelines/wasm';
  if (stamp.sources !== sourceHash()) fail(`the committed one is of other sources; ${remedy}`);
  if (digest(readFileSync(moduleFile)) !== stamp.module) fail(`it is not the one that build.json describes; ${remedy}`);
  const toolchain = findToolchain();
  if (toolchain.version !== stamp.toolchain) {
    console.log(`module belongs to the sources; not built again: ${toolchain.missing ?? 'another compiler'}`);
    return;
  }
  if (digest(compile(toolchain)) !== stamp.module) fail(`building again gives other bytes; ${remedy}`);
  console.log('module belongs to the sources, and building it again gives the same bytes');
}

if (process.argv.includes('--check')) check();
else build();
