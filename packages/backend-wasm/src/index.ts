import { registerWasmBackend } from './register-wasm-backend.js';

// Like every tfjs backend package, importing this one registers its backend.
registerWasmBackend();

export { BACKEND_NAME, registerWasmBackend } from './register-wasm-backend.js';
export { loadEngine } from './load-engine.js';
export type { LoadedEngine, LoadOptions } from './load-engine.js';
export { bestVariant } from './module-bytes.js';
export type { WasmVariant } from './module-bytes.js';
export type { CompiledModule } from './web-assembly.js';
export { setConvolutionAlgorithm } from './set-convolution-algorithm.js';
export { WasmBackend } from './wasm-backend.js';
export type { WasmBackendMemory } from './wasm-backend.js';
export { WasmMemory } from './wasm-memory.js';
export type { WasmBlock } from './wasm-memory.js';
