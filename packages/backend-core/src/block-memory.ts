/**
 * Where a pool has its blocks from. A block is known by an object, which is the memory's own (native: its ArrayBuffer)
 * or stands for an address (WebAssembly), and is seen through views.
 */
export interface BlockMemory {
  /** A new block, 64-byte aligned, contents undefined; null when the system has no more. */
  allocate(bytes: number): object | null;
  /** Frees a block at once; nobody may use a view of it from then on. */
  free(block: object): void;
  /** The first `length` floats of a block. */
  view(block: object, length: number): Float32Array;
  /** The block that a view was made of; for any other memory something that is no block. */
  blockOf(view: ArrayBufferView): object;
  /** Bytes of all blocks that are not freed. */
  bytesHeld(): number;
}
