import { ResidualError } from '@resnet-ts/tensor-ops';
import { totalmem } from 'node:os';
import type { BlockHandle, NativeAddon } from './addon.js';

/** A piece of native memory. It is in use while `users` > 0, and in a free list otherwise. */
interface Block {
  readonly buffer: ArrayBuffer;
  readonly handle: BlockHandle;
  readonly bytes: number;
  users: number;
}

/** Free blocks of one size. */
interface FreeList {
  readonly blocks: Block[];
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
  /** Free bytes kept for reuse; beyond it the sizes unused for longest are given back. Default: half of the memory. */
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
 * Native memory for tensors, reused from step to step: a training step allocates the same sizes again and again, so
 * after the first step nothing is asked of the system. Blocks are counted by user, because several tensors may view one
 * block (tfjs slices are views). A block nobody disposes is freed by the garbage collector, like any typed array.
 */
export class MemoryPool {
  private readonly blocks = new WeakMap<ArrayBufferLike, Block>();
  private readonly freeLists = new Map<number, FreeList>();
  private readonly maximumFree: number;
  private freeBytes = 0;
  private clock = 0;

  constructor(
    private readonly addon: Pick<NativeAddon, 'allocate' | 'free' | 'memoryHeld'>,
    { maximumFree = totalmem() / 2 }: MemoryPoolOptions = {},
  ) {
    this.maximumFree = maximumFree;
  }

  /**
   * `length` float32 values of undefined content, 64-byte aligned. The block has no user yet: `retain` it.
   *
   * @throws ResidualError (ERR_OUT_OF_MEMORY) when the system has no more, even after trimming
   */
  allocate(length: number): Float32Array {
    return new Float32Array(this.take(blockSize(length * 4)).buffer, 0, length);
  }

  /** Counts one more user of the block behind `buffer`; does nothing for memory that is not the pool's. */
  retain(buffer: ArrayBufferLike): void {
    const block = this.blocks.get(buffer);
    if (block !== undefined) block.users++;
  }

  /** Counts one user less; the block of the last one goes to its free list. */
  release(buffer: ArrayBufferLike): void {
    const block = this.blocks.get(buffer);
    if (block === undefined || --block.users > 0) return;
    const list = this.freeListOf(block.bytes);
    list.blocks.push(block);
    list.lastUse = ++this.clock;
    this.freeBytes += block.bytes;
    if (this.freeBytes > this.maximumFree) this.shrink(this.maximumFree);
  }

  /** Whether the memory behind `buffer` is the pool's, and so will be reused after its tensor is disposed. */
  owns(buffer: ArrayBufferLike): boolean {
    return this.blocks.has(buffer);
  }

  /** Whether the memory behind `buffer` is the pool's and has one user. */
  exclusive(buffer: ArrayBufferLike): boolean {
    return this.blocks.get(buffer)?.users === 1;
  }

  /** Gives every free block back to the system. */
  trim(): void {
    this.shrink(0);
  }

  statistics(): PoolStatistics {
    const held = this.addon.memoryHeld().blocks;
    return { held, inUse: held - this.freeBytes, free: this.freeBytes };
  }

  private freeListOf(bytes: number): FreeList {
    let list = this.freeLists.get(bytes);
    if (list === undefined) this.freeLists.set(bytes, (list = { blocks: [], lastUse: 0 }));
    return list;
  }

  private take(bytes: number): Block {
    const list = this.freeListOf(bytes);
    list.lastUse = ++this.clock;
    const reused = list.blocks.pop();
    if (reused === undefined) return this.create(bytes);
    this.freeBytes -= bytes;
    return reused;
  }

  private create(bytes: number): Block {
    let made = this.addon.allocate(bytes);
    if (made === null) {
      this.trim();
      made = this.addon.allocate(bytes);
    }
    if (made === null) {
      const message = `expected ${bytes} bytes of memory for a tensor, the system has no more; use a smaller batch`;
      throw new ResidualError('ERR_OUT_OF_MEMORY', message);
    }
    const block = { ...made, bytes, users: 0 };
    this.blocks.set(block.buffer, block);
    return block;
  }

  /** Frees blocks, the sizes unused for longest first, until at most `limit` free bytes are left. */
  private shrink(limit: number): void {
    const lists = [...this.freeLists.values()].sort((a, b) => a.lastUse - b.lastUse);
    for (const list of lists) {
      while (this.freeBytes > limit) {
        const block = list.blocks.pop();
        if (block === undefined) break;
        this.freeBytes -= block.bytes;
        this.blocks.delete(block.buffer);
        this.addon.free(block.buffer, block.handle);
      }
    }
  }
}
