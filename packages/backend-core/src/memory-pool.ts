import { ResidualError } from '@resnet-ts/tensor-ops';
import type { BlockMemory } from './block-memory.js';

/** A block of the pool. It is in use while `users` > 0, and in a free list otherwise. */
interface PooledBlock {
  readonly block: object;
  readonly bytes: number;
  users: number;
}

/** Free blocks of one size. */
interface FreeList {
  readonly blocks: PooledBlock[];
  /** When a block was last taken from or put into the list, in steps of the pool's clock. */
  lastUse: number;
}

/** What a pool holds, in bytes. */
export interface PoolStatistics {
  /** Held from the system: in use and free. */
  readonly held: number;
  /** Behind tensors that are alive. */
  readonly inUse: number;
  /** Kept for the next tensors of the same size. */
  readonly free: number;
}

export interface MemoryPoolOptions {
  /** Free bytes kept for reuse; beyond it the sizes unused for longest are given back. Default: no limit. */
  readonly maximumFree?: number;
}

const SMALLEST_BLOCK = 64;

/**
 * Block size for `bytes`: the next of eight sizes an octave, so at most an eighth is wasted and tensors of nearly the
 * same size share a list.
 */
export function blockSize(bytes: number): number {
  if (bytes <= SMALLEST_BLOCK) return SMALLEST_BLOCK;
  const step = Math.max(SMALLEST_BLOCK, 2 ** (Math.floor(Math.log2(bytes)) - 3));
  return Math.ceil(bytes / step) * step;
}

/**
 * Memory for tensors, reused from step to step: a training step allocates the same sizes again and again, so
 * after the first step nothing is asked of the system. Blocks are counted by user, because several tensors may view one
 * block (tfjs slices are views). A block nobody disposes is freed by the garbage collector, like any typed array.
 */
export class MemoryPool {
  private readonly blocks = new WeakMap<object, PooledBlock>();
  private readonly freeLists = new Map<number, FreeList>();
  private readonly maximumFree: number;
  private freeBytes = 0;
  private clock = 0;

  constructor(
    private readonly memory: BlockMemory,
    { maximumFree = Infinity }: MemoryPoolOptions = {},
  ) {
    this.maximumFree = maximumFree;
  }

  /**
   * `length` float32 values of undefined content, 64-byte aligned. The block has no user yet: `retain` it.
   *
   * @throws ResidualError (ERR_OUT_OF_MEMORY) when the system has no more, even after trimming
   */
  allocate(length: number): Float32Array {
    return this.memory.view(this.take(blockSize(length * 4)).block, length);
  }

  /** Counts one more user of the block behind `view`; does nothing for memory that is not the pool's. */
  retain(view: ArrayBufferView): void {
    const pooled = this.find(view);
    if (pooled !== undefined) pooled.users++;
  }

  /** Counts one user less; the block of the last one goes to its free list. */
  release(view: ArrayBufferView): void {
    const pooled = this.find(view);
    if (pooled === undefined || --pooled.users > 0) return;
    const list = this.freeListOf(pooled.bytes);
    list.blocks.push(pooled);
    list.lastUse = ++this.clock;
    this.freeBytes += pooled.bytes;
    if (this.freeBytes > this.maximumFree) this.shrink(this.maximumFree);
  }

  /** Whether the memory behind `view` is the pool's, and so will be reused after its tensor is disposed. */
  owns(view: ArrayBufferView): boolean {
    return this.find(view) !== undefined;
  }

  /** Whether the memory behind `view` is the pool's and has one user. */
  exclusive(view: ArrayBufferView): boolean {
    return this.find(view)?.users === 1;
  }

  /** Gives every free block back to the system. */
  trim(): void {
    this.shrink(0);
  }

  statistics(): PoolStatistics {
    const held = this.memory.bytesHeld();
    return { held, inUse: held - this.freeBytes, free: this.freeBytes };
  }

  private find(view: ArrayBufferView): PooledBlock | undefined {
    return this.blocks.get(this.memory.blockOf(view));
  }

  private freeListOf(bytes: number): FreeList {
    let list = this.freeLists.get(bytes);
    if (list === undefined) this.freeLists.set(bytes, (list = { blocks: [], lastUse: 0 }));
    return list;
  }

  private take(bytes: number): PooledBlock {
    const list = this.freeListOf(bytes);
    list.lastUse = ++this.clock;
    const reused = list.blocks.pop();
    if (reused === undefined) return this.create(bytes);
    this.freeBytes -= bytes;
    return reused;
  }

  private create(bytes: number): PooledBlock {
    let block = this.memory.allocate(bytes);
    if (block === null) {
      this.trim();
      block = this.memory.allocate(bytes);
    }
    if (block === null) {
      const message = `expected ${bytes} bytes of memory for a tensor, the system has no more; use a smaller batch`;
      throw new ResidualError('ERR_OUT_OF_MEMORY', message);
    }
    const pooled = { block, bytes, users: 0 };
    this.blocks.set(block, pooled);
    return pooled;
  }

  /** Frees blocks, the sizes unused for longest first, until at most `limit` free bytes are left. */
  private shrink(limit: number): void {
    const lists = [...this.freeLists.values()].sort((a, b) => a.lastUse - b.lastUse);
    for (const list of lists) {
      while (this.freeBytes > limit) {
        const pooled = list.blocks.pop();
        if (pooled === undefined) break;
        this.freeBytes -= pooled.bytes;
        this.blocks.delete(pooled.block);
        this.memory.free(pooled.block);
      }
    }
  }
}
