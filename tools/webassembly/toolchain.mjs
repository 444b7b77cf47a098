// What building the WebAssembly modules needs, and what to do where it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Clang 16 is the first whose relaxed-simd opcodes are those of the standard; the folder is Debian's. */
const SYSROOT = '/usr/include/wasm32-wasi';
const REMEDY = 'apt-get install clang-16 lld-16 wasi-libc libc++-dev-wasm32 libclang-rt-16-dev-wasm32';

function versionOf(command) {
  const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split('\n')[0].trim() : undefined;
}

/** The commands and their versions, or `{ missing }`: one line with the remedy. */
export function findToolchain() {
  const compiler = 'clang++-16';
  const linker = 'wasm-ld-16';
  const versions = { compiler: versionOf(compiler), linker: versionOf(linker) };
  const missing = [
    ...(versions.compiler === undefined ? [compiler] : []),
    ...(versions.linker === undefined ? [linker] : []),
    ...(existsSync(SYSROOT) ? [] : ['wasi-libc']),
    ...(existsSync(`${SYSROOT}/c++/v1`) ? [] : ['libc++ for wasm32']),
  ];
  if (missing.length > 0) return { missing: `${missing.join(', ')} not found; ${REMEDY}` };
  return { compiler, linker, version: `${versions.compiler}, ${versions.linker}` };
}
