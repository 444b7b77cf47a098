import { expected, UnsupportedError } from '@resnet-ts/tensor-ops';
import { WebAssembly } from './web-assembly.js';

/** The two builds of the kernels: `relaxed-simd` fuses multiply and add where the processor does. */
export type WasmVariant = 'relaxed-simd' | 'simd128';

/**
 * A function that returns the relaxed multiply-add of its argument, the smallest module that only an engine with
 * relaxed SIMD accepts.
 */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
  ...[1, 6, 1, 96, 1, 123, 1, 123], // type: v128 → v128
  ...[3, 2, 1, 0], // one function
  ...[10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11], // f32x4.relaxed_madd
);

/** The faster variant that this JavaScript engine accepts. */
export function bestVariant(): WasmVariant {
  return WebAssembly.validate(RELAXED_PROBE) ? 'relaxed-simd' : 'simd128';
}

/** Where the package has a module: seen from `src` and from `dist` alike. */
export function moduleUrl(variant: WasmVariant): URL {
  return new URL(`../wasm/${variant}.wasm`, import.meta.url);
}

/**
 * The bytes of a module, from disk or over the network.
 *
 * @throws UnsupportedError when there is nothing to read
 */
export async function readModule(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (url.protocol === 'file:') {
      const { readFile } = await import('node:fs/promises');
      return new Uint8Array(await readFile(url));
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'serve the folder wasm of @resnet-ts/backend-wasm beside its code, or pass the module yourself';
    throw new UnsupportedError(expected('a WebAssembly module', url.href, reason, remedy));
  }
}
