#!/usr/bin/env node
// Builds the native addon into build/resnet-native.node with node-gyp.
//
//   node scripts/build.mjs [--optional] [--emulated] [--force] [--verbose]
//
// --optional  without a compiler, print one line with the remedy and exit 0 (the default is exit 1)
// --emulated  on x64 also build build/resnet-native-emulated.node, the addon that tests use for the code paths of other
//             instruction sets; takes about as long again
// --force     build even when neither a source nor the compiler has changed
// --verbose   show the compiler's output
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceHash } from './source-hash.mjs';
import { compilerProblem, findToolchain, localHeaders, missingTools, remedy } from './toolchain.mjs';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const buildFolder = join(packageFolder, 'build');
const logFile = join(buildFolder, 'build.log');
const options = new Set(process.argv.slice(2));
const emulated = options.has('--emulated') && process.arch === 'x64';
/** Addons to build, as their targets in binding.gyp; each is installed under its name with hyphens. */
const targets = ['resnet_native', ...(emulated ? ['resnet_native_emulated'] : [])];
const installed = (target, extension) => join(buildFolder, `${target.replaceAll('_', '-')}.${extension}`);

function readStamp(target) {
  try {
    return JSON.parse(readFileSync(installed(target, 'json'), 'utf8'));
  } catch {
    return {};
  }
}

/** Whether a built addon comes from these sources and, where there is a compiler, from this one. */
function isCurrent(target, { sources, compiler }) {
  const built = readStamp(target);
  return (
    existsSync(installed(target, 'node')) &&
    built.sources === sources &&
    (compiler === undefined || built.compiler === compiler)
  );
}

/** Ends the program: a missing toolchain is a failure unless the native backend is optional. */
function refuse(reason) {
  console.error(`native backend not built: ${reason}; ${remedy()} (training works without it, slower)`);
  process.exit(options.has('--optional') ? 0 : 1);
}

/** Runs node-gyp, keeping its output for the log; resolves to { code, output }. */
function runNodeGyp(args) {
  const program = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const child = spawn(process.execPath, [program, ...args], { cwd: packageFolder });
  let output = '';
  const collect = (chunk) => {
    output += chunk;
    if (options.has('--verbose')) process.stdout.write(chunk);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The last error line of a build log: what a reader needs first. */
function firstError(output) {
  const lines = output.split('\n');
  return lines.find((line) => /\berror\b[: ]/i.test(line)) ?? lines.filter((line) => line.trim() !== '').at(-1) ?? '';
}

/** The new file appears complete or not at all: a process may be loading the old one. */
function install(target, stamp) {
  const built = join(buildFolder, 'Release', `${target}.node`);
  const addon = installed(target, 'node');
  const stampFile = installed(target, 'json');
  const temporary = `${addon}.${process.pid}.tmp`;
  copyFileSync(built, temporary);
  renameSync(temporary, addon);
  writeFileSync(`${stampFile}.tmp`, `${JSON.stringify(stamp)}\n`);
  renameSync(`${stampFile}.tmp`, stampFile);
}

const toolchain = findToolchain();
const missing = missingTools(toolchain);
const stamp = { sources: sourceHash(packageFolder), compiler: toolchain.compiler?.version };
if (!options.has('--force') && targets.every((target) => isCurrent(target, stamp))) {
  console.log('native backend is up to date');
  process.exit(0);
}
if (missing.length > 0) refuse(`${missing.join(' and ')} not found`);
const problem = toolchain.compiler === undefined ? undefined : compilerProblem(toolchain.compiler);
if (problem !== undefined) refuse(problem);

mkdirSync(buildFolder, { recursive: true });
for (const target of targets) rmSync(installed(target, 'json'), { force: true });
const headers = localHeaders();
const shared = headers === undefined ? [] : [`--nodedir=${headers}`];
const started = Date.now();
const variables = emulated ? ['--', '-Demulated=1'] : [];
const configured = await runNodeGyp(['configure', '--release', ...shared, ...variables]);
const built =
  configured.code === 0
    ? await runNodeGyp(['build', '--release', `--jobs=${availableParallelism()}`, ...shared])
    : undefined;
const output = configured.output + (built?.output ?? '');
writeFileSync(logFile, output);
if (built?.code !== 0) {
  console.error(`native backend not built: ${firstError(output)} (whole log: ${relative(process.cwd(), logFile)})`);
  if (/find VS|Could not find any Visual Studio|find Python/.test(output)) refuse('node-gyp found no toolchain');
  // A compiler that is there and fails is a defect, not a missing option.
  process.exit(1);
}
for (const target of targets) install(target, stamp);
console.log(`native backend built in ${Math.round((Date.now() - started) / 1000)} s`);
