// Imports no tensor library: see unreadable-image.ts.
import { readFileSync } from 'node:fs';

/** What native/module.cc exports. Addresses are bytes in its memory, 0 for none. */
export interface PixelModule {
  /** `buffer` is another one after each growth: a view is made anew after every call that allocates. */
  readonly memory: { readonly buffer: ArrayBuffer };
  allocate(bytes: number): number;
  /** Takes everything back that was allocated. */
  release(): void;
  decodeJpeg(bytes: number, length: number, left: number, top: number, width: number, height: number): number;
  resampleColumns(
    source: number,
    width: number,
    rows: number,
    starts: number,
    pairs: number,
    pairsPerOutput: number,
    outputs: number,
    target: number,
  ): void;
  resampleRows(
    source: number,
    rowBytes: number,
    starts: number,
    pairs: number,
    pairsPerOutput: number,
    outputs: number,
    target: number,
  ): void;
  widenPixels(source: number, pixels: number, target: number): void;
  narrowPixels(source: number, pixels: number, target: number): void;
  writeByTable(source: number, size: number, mirrored: number, table: number, target: number): void;
}

// TypeScript has these types among those of the browser's document alone.
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

let loaded: PixelModule | undefined;

/** The module of this thread: 16 kB, compiled where the first image is decoded. Its functions wait for nothing. */
export function pixelModule(): PixelModule {
  if (loaded === undefined) {
    const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
    // Seen from `src` and from `dist` alike.
    const module = new Module(readFileSync(new URL('../../wasm/images.wasm', import.meta.url)));
    loaded = new Instance(module).exports as PixelModule;
  }
  return loaded;
}
