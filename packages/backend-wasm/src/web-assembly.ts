// TypeScript has the types of WebAssembly among those of the browser's document alone, which would ask every user in
// Node for them; these are the parts that are used.

/** A compiled module, a `WebAssembly.Module`. */
export type CompiledModule = object;

/** The memory of an instance: `buffer` is another one after each growth. */
export interface HostMemory {
  readonly buffer: ArrayBuffer;
}

/** A mutable global, such as the stack pointer. */
export interface HostGlobal {
  value: unknown;
}

/** What an instance exports, unchecked. */
export type HostExports = Readonly<Record<string, unknown>>;

/** An instance of a module. */
export interface HostInstance {
  readonly exports: HostExports;
}

/** Functions and memory given to a module. */
export type HostImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface WebAssemblyApi {
  readonly Global: abstract new (...parameters: never[]) => HostGlobal;
  readonly Memory: new (size: { initial: number; maximum: number }) => HostMemory;
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  instantiate(module: CompiledModule, imports: HostImports): Promise<HostInstance>;
}

/** The global `WebAssembly` of Node and browsers. */
export const WebAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
