import { expected, ShapeError } from '@resnet-ts/tensor-ops';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { util } from '@tensorflow/tfjs-core';
import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BlockMemory } from './block-memory.js';
import type { ConvolutionAlgorithm } from './convolution-algorithm.js';
import type { KernelEngine } from './kernel-engine.js';
import { MemoryPool } from './memory-pool.js';
import type { MemoryPoolOptions } from './memory-pool.js';
import { PreparedWeights } from './prepared-weights.js';

/** What a backend of an engine holds from the system, in bytes. */
export interface EngineMemory {
  /** Tensor memory: in use, and free for reuse. */
  readonly held: number;
  /** Tensor memory behind living tensors. */
  readonly inUse: number;
  /** Weights packed for inference, which come with a first evaluation and go with the filters. */
  readonly prepared: number;
  /** What kernels keep as scratch (packed filters, partial sums): settles once every thread has taken part. */
  readonly scratch: number;
}

/** A new tensor and the memory a kernel writes into; the kernel must fill all of it. */
export interface Output {
  readonly info: TensorInfo;
  readonly values: Float32Array;
}

/**
 * A TensorFlow.js backend on an engine of C++ kernels: the pure-JavaScript CPU backend, so that every tfjs op works, with
 * float32 outputs of the engine's kernels in pooled memory. A backend adds where its memory is and what `memory()` says.
 *
 * The inherited kernels read `data.get(id).values` directly and may put the same array behind a second tensor (a slice
 * is a view), so blocks are counted here, where every array enters and leaves, and what a user reads is a copy.
 */
export abstract class KernelBackend extends MathBackendCPU {
  readonly pool: MemoryPool;
  readonly prepared: PreparedWeights;

  constructor(
    readonly engine: KernelEngine,
    memory: BlockMemory,
    options: MemoryPoolOptions = {},
  ) {
    super();
    this.pool = new MemoryPool(memory, options);
    this.prepared = new PreparedWeights(this.pool);
  }

  /** How convolutions are computed now; a training refuses to run another way than its recipe says. */
  get convolutionAlgorithm(): ConvolutionAlgorithm {
    return this.engine.directConvolution() ? 'direct' : 'fast';
  }

  // Not through the parent, which prints advice to install tfjs-node at its first write.
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    const dataId = {};
    this.move(dataId, this.incoming(values), shape, dtype, 1);
    return dataId;
  }

  /** What becomes the memory of a tensor when `values` come from outside or from an inherited kernel. */
  protected abstract incoming(values: backend_util.BackendValues): backend_util.BackendValues;

  /** A copy in memory of the pool that has no user yet. */
  protected copyIn(values: Float32Array): Float32Array {
    const copy = this.pool.allocate(values.length);
    copy.set(values);
    return copy;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    if (ArrayBuffer.isView(values)) this.pool.retain(values);
    super.move(dataId, values, shape, dtype, refCount);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const { values } = this.data.get(dataId);
    const disposed = super.disposeData(dataId, force);
    if (disposed && ArrayBuffer.isView(values)) this.pool.release(values);
    if (disposed) this.prepared.drop(dataId);
    return disposed;
  }

  /** A copy where the memory will be reused: the caller may keep the array after the tensor is gone. */
  override readSync(dataId: object): backend_util.BackendValues {
    const values = super.readSync(dataId);
    return ArrayBuffer.isView(values) && this.pool.owns(values) ? values.slice() : values;
  }

  /** What the backend holds now. */
  protected memoryHeld(): EngineMemory {
    const { held, inUse } = this.pool.statistics();
    const prepared = this.prepared.bytes;
    return { held, inUse: inUse - prepared, prepared, scratch: this.engine.memoryHeld().scratch };
  }

  override dispose(): void {
    this.pool.trim();
  }

  /**
   * The values of a float32 tensor as a kernel takes them.
   *
   * @throws ShapeError for another dtype, or when there are fewer values than the shape says
   */
  floats(tensor: TensorInfo): Float32Array {
    const { values } = this.data.get(tensor.dataId);
    if (
      values instanceof Float32Array &&
      tensor.dtype === 'float32' &&
      values.length >= util.sizeFromShape(tensor.shape)
    ) {
      return values;
    }
    throw new ShapeError(expected('a dense float32 tensor', `tensor [${tensor.shape.join(', ')}]`, tensor.dtype));
  }

  /**
   * The values of an int32 tensor as a kernel takes them.
   *
   * @throws ShapeError for another dtype, or when there are fewer values than the shape says
   */
  integers(tensor: TensorInfo): Int32Array {
    const { values } = this.data.get(tensor.dataId);
    if (values instanceof Int32Array && tensor.dtype === 'int32' && values.length >= util.sizeFromShape(tensor.shape)) {
      return values;
    }
    throw new ShapeError(expected('a dense int32 tensor', `tensor [${tensor.shape.join(', ')}]`, tensor.dtype));
  }

  /** A new float32 tensor in pooled memory, its contents undefined. */
  output(shape: readonly number[]): Output {
    const values = this.pool.allocate(util.sizeFromShape([...shape]));
    return { info: this.makeTensorInfo([...shape], 'float32', values), values };
  }

  /**
   * The memory of a float32 tensor as an output that overwrites it, counted once more; undefined where another tensor
   * refers to the same memory.
   */
  takeOver(tensor: TensorInfo): Output | undefined {
    const values = this.floats(tensor);
    if (this.refCount(tensor.dataId) !== 1 || !this.pool.exclusive(values)) return undefined;
    this.incRef(tensor.dataId);
    return { info: { dataId: tensor.dataId, shape: tensor.shape, dtype: 'float32' }, values };
  }
}
