import { blockSize, KernelBackend } from '@resnet-ts/backend-core';
import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { LoadedEngine } from './load-engine.js';
import type { WasmVariant } from './module-bytes.js';
import type { WasmMemory } from './wasm-memory.js';

/** `tf.memory()` on this backend: the names are those of the native backend, so that one reader serves both. */
export interface WasmBackendMemory {
  unreliable: boolean;
  reasons: string[];
  /** Bytes of blocks for tensors: in use, and free for reuse. */
  nativeBytesHeld: number;
  /** Bytes of blocks behind living tensors that kernels wrote; an array from JavaScript moves here when first read. */
  nativeBytesInUse: number;
  /** Bytes of weights packed for inference. */
  nativeBytesPrepared: number;
  /** Bytes that kernels keep as scratch. */
  nativeBytesScratch: number;
}

/**
 * Makes the data of a tensor one in the module's memory: whoever reads `values` gets a view that is not detached. The
 * object stays the same, because tfjs counts every `set` of its storage as a tensor more.
 */
function placeInHeap(data: { values?: backend_util.BackendValues }, memory: WasmMemory, view: Float32Array): void {
  let latest = view;
  Object.defineProperty(data, 'values', { get: () => (latest = memory.current(latest)) });
}

/**
 * The TensorFlow.js backend `resnet-wasm`: the pure-JavaScript CPU backend with the C++ kernels in WebAssembly.
 *
 * Tensors that a kernel wrote are in the module's memory. Arrays from JavaScript stay where they are until a kernel reads
 * them. Inherited kernels thus never make that memory grow, and the arrays they hold are never detached under them.
 */
export class WasmBackend extends KernelBackend {
  readonly variant: WasmVariant;
  private readonly heap: WasmMemory;
  /** Bytes of the blocks that took the place of arrays from JavaScript, by data id: they are no memory of a step. */
  private readonly moved = new WeakMap<object, number>();
  private movedBytes = 0;

  constructor({ engine, memory, variant }: LoadedEngine) {
    super(engine, memory);
    this.heap = memory;
    this.variant = variant;
  }

  /** A part of another tensor (a tfjs slice is a view) gets memory of its own: views are known by where they begin. */
  protected override incoming(values: backend_util.BackendValues): backend_util.BackendValues {
    const part = ArrayBuffer.isView(values) && this.heap.contains(values) && !this.pool.owns(values);
    return part ? values.slice() : values;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    super.move(dataId, values, shape, dtype, refCount);
    if (values instanceof Float32Array && this.pool.owns(values)) {
      placeInHeap(this.data.get(dataId), this.heap, values);
    }
  }

  /** As in every backend of an engine; a tensor in memory of JavaScript moves into the module's for good. */
  override floats(tensor: TensorInfo): Float32Array {
    const values = super.floats(tensor);
    if (this.pool.owns(values)) return values;
    const copy = this.copyIn(values.subarray(0, util.sizeFromShape(tensor.shape)));
    this.pool.retain(copy);
    const bytes = blockSize(copy.byteLength);
    this.moved.set(tensor.dataId, bytes);
    this.movedBytes += bytes;
    placeInHeap(this.data.get(tensor.dataId), this.heap, copy);
    return copy;
  }

  override disposeData(dataId: object, force = false): boolean {
    const disposed = super.disposeData(dataId, force);
    if (disposed) {
      this.movedBytes -= this.moved.get(dataId) ?? 0;
      this.moved.delete(dataId);
    }
    return disposed;
  }

  override memory(): WasmBackendMemory {
    const { held, inUse, prepared, scratch } = this.memoryHeld();
    return {
      unreliable: false,
      reasons: [],
      nativeBytesHeld: held,
      nativeBytesInUse: inUse - this.movedBytes,
      nativeBytesPrepared: prepared,
      nativeBytesScratch: scratch,
    };
  }
}
