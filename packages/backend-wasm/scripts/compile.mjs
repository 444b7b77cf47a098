// Compiles and links one module. The same sources and compiler give the same bytes: no path enters them.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listSources, packagesFolder } from './sources.mjs';

const run = promisify(execFile);

/** The modules: plain SIMD, which every engine of today has, and the one with fused multiply-add. */
export const VARIANTS = ['simd128', 'relaxed-simd'];

/** As binding.gyp of backend-native; no exceptions, no paths. */
const FLAGS = [
  '--target=wasm32-wasi',
  '-std=c++20',
  '-O3',
  '-msimd128',
  '-mbulk-memory',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fno-exceptions',
  '-fno-rtti',
  '-fvisibility=hidden',
  '-DRESNET_ISA_WASM',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unused-function',
  '-Wno-unused-parameter',
  '-isystem/usr/include/wasm32-wasi/c++/v1',
  '-Ibackend-wasm/native',
  '-Ibackend-native/native',
];

/** 16 MiB: the stack and the tables; tensors make it grow. */
const INITIAL_BYTES = 16 * 2 ** 20;
const LINK = [
  '--no-entry',
  '--import-memory',
  `--initial-memory=${INITIAL_BYTES}`,
  '--max-memory=4294967296',
  '-z',
  'stack-size=1048576',
  '--export=__wasm_call_ctors',
  '--export=__stack_pointer',
  '--strip-all',
  '--gc-sections',
  '-L/usr/lib/wasm32-wasi',
];

/**
 * LLVM forms no relaxed multiply-add by itself: where the front end allowed `a * b + c` to be fused, the general
 * instruction is replaced by the relaxed one.
 */
function relax(assembly) {
  return assembly.replaceAll('@llvm.fmuladd.v4f32', '@llvm.wasm.relaxed.madd.v4f32');
}

async function compileOne(compiler, source, folder, index, relaxed) {
  const object = join(folder, `${index}.o`);
  if (!relaxed) {
    await run(compiler, [...FLAGS, '-c', source, '-o', object], { cwd: packagesFolder });
    return object;
  }
  const assembly = join(folder, `${index}.ll`);
  await run(compiler, [...FLAGS, '-S', '-emit-llvm', source, '-o', assembly], { cwd: packagesFolder });
  writeFileSync(assembly, relax(readFileSync(assembly, 'utf8')));
  // Optimised already: this only chooses instructions.
  const flags = ['--target=wasm32-wasi', '-O3', '-msimd128', '-mbulk-memory', '-mrelaxed-simd'];
  await run(compiler, [...flags, '-c', assembly, '-o', object], { cwd: packagesFolder });
  return object;
}

/** The bytes of the module `variant`. */
export async function compileModule({ compiler, linker }, variant) {
  const folder = mkdtempSync(join(tmpdir(), 'resnet-wasm-'));
  try {
    const objects = [];
    const sources = listSources();
    // Two at a time.
    for (let i = 0; i < sources.length; i += 2) {
      const pair = sources.slice(i, i + 2);
      objects.push(
        ...(await Promise.all(
          pair.map((file, k) => compileOne(compiler, file, folder, i + k, variant === 'relaxed-simd')),
        )),
      );
    }
    const output = join(folder, 'module.wasm');
    const builtins = (await run(compiler, ['--target=wasm32-wasi', '-print-libgcc-file-name'])).stdout.trim();
    await run(linker, [...LINK, ...objects, '-lc++', '-lc++abi', '-lc', '-lm', builtins, '-o', output]);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
