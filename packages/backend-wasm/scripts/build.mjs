#!/usr/bin/env node
// Builds wasm/simd128.wasm and wasm/relaxed-simd.wasm, which are committed, and wasm/build.json, which says of what.
//
//   node scripts/build.mjs [--check]
//
// --check  builds nothing: fails unless the committed modules belong to the sources, and, where the compiler they were
//          built with is installed, unless building again gives the same bytes
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileModule, VARIANTS } from './compile.mjs';
import { packageFolder, sourceHash } from './sources.mjs';
import { findToolchain } from '../../../tools/webassembly/toolchain.mjs';

const folder = join(packageFolder, 'wasm');
const stampFile = join(folder, 'build.json');
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

function fail(message) {
  console.error(`WebAssembly modules: ${message}`);
  process.exit(1);
}

function replace(file, content) {
  writeFileSync(`${file}.tmp`, content);
  renameSync(`${file}.tmp`, file);
}

async function build() {
  const toolchain = findToolchain();
  if (toolchain.missing !== undefined) fail(`not built: ${toolchain.missing}`);
  const modules = {};
  for (const variant of VARIANTS) {
    const bytes = await compileModule(toolchain, variant);
    replace(join(folder, `${variant}.wasm`), bytes);
    modules[variant] = digest(bytes);
    console.log(`${variant}.wasm: ${bytes.length} bytes`);
  }
  const stamp = { sources: sourceHash(), toolchain: toolchain.version, modules };
  replace(stampFile, `${JSON.stringify(stamp, undefined, 2)}\n`);
}

async function check() {
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  const remedy = 'run node packages/backend-wasm/scripts/build.mjs and commit packages/backend-wasm/wasm';
  if (stamp.sources !== sourceHash()) fail(`the committed ones are of other sources; ${remedy}`);
  for (const variant of VARIANTS) {
    if (digest(readFileSync(join(folder, `${variant}.wasm`))) !== stamp.modules[variant]) {
      fail(`${variant}.wasm is not the one that build.json describes; ${remedy}`);
    }
  }
  const toolchain = findToolchain();
  if (toolchain.version !== stamp.toolchain) {
    console.log(`modules belong to the sources; not built again: ${toolchain.missing ?? 'another compiler'}`);
    return;
  }
  for (const variant of VARIANTS) {
    if (digest(await compileModule(toolchain, variant)) !== stamp.modules[variant]) {
      fail(`building ${variant}.wasm again gives other bytes; ${remedy}`);
    }
  }
  console.log('modules belong to the sources, and building them again gives the same bytes');
}

await (process.argv.includes('--check') ? check() : build());
