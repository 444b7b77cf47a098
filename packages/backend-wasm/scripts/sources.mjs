// The C++ that the modules are made of, and a fingerprint of it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const packagesFolder = dirname(packageFolder);
const shared = join(packagesFolder, 'backend-native', 'native');
const own = join(packageFolder, 'native');

/** Replaced by files of this package, or of no use in WebAssembly: memory, threads, processor, and the addon itself. */
const REPLACED = new Set([
  'core/aligned_memory.cc',
  'core/parallel.cc',
  'addon/addon.cc',
  'addon/call.h',
  'addon/memory.cc',
  'addon/runtime.cc',
]);

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function usedFiles() {
  const ofNative = filesUnder(shared).filter((file) => {
    const name = relative(shared, file).replaceAll('\\', '/');
    return /\.(cc|h)$/.test(name) && !REPLACED.has(name) && !name.startsWith('reference/');
  });
  return [...ofNative, ...filesUnder(own)];
}

/** Paths of the sources to compile, relative to `packages/`, always in the same order. */
export function listSources() {
  return usedFiles()
    .filter((file) => file.endsWith('.cc'))
    .map((file) => relative(packagesFolder, file).replaceAll('\\', '/'));
}

/** Hex SHA-256 of everything the modules depend on but the compiler. */
export function sourceHash() {
  const hash = createHash('sha256');
  for (const file of [...usedFiles(), join(packageFolder, 'scripts', 'compile.mjs')]) {
    hash.update(`${relative(packagesFolder, file).replaceAll('\\', '/')}\n`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}
